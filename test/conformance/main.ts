import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Servers } from "../unit/engines/scan/key-cases/sites.ts";
import { LoopbackEngine } from "../support/scan-sites/loopback-engine.ts";
import { mutatedTemplates } from "../support/mutation/mutated-templates.ts";
import { runMutated } from "../support/mutation/run-mutated.ts";
import { checkCacao, examplesIn } from "./cacao/check-cacao.ts";
import { runExamples } from "./cacao/examples/run-examples.ts";
import { engineCases } from "./nuclei/cases/all.ts";
import { helpersUsed } from "./nuclei/helpers-used.ts";
import { loadAll, type LoadedFile } from "./nuclei/load-all.ts";
import { runCase } from "./nuclei/run-case.ts";
import { walkSchema } from "./nuclei/schema/walk.ts";
import { HttpShare, missOf } from "./nuclei/verdicts.ts";
import { matchSigma } from "./sigma/match-sigma.ts";

/**
 * `npm run conformance -- DATA_DIR [SEED]`: what becomes of every public template in `DATA_DIR/nuclei`, what the
 * supported ones of its `engine-cases` ask and find when they are run, what the engine says to every property of
 * nuclei's schema, and whether 10,000 templates made of the public ones by changes, by the seed, crash or hang it.
 * Then which of the events in `DATA_DIR/sigma` each of its rules matches, by the index and by an evaluator of the tests' own, and what the
 * reader of CACAO and the public schemas say of the playbooks in `DATA_DIR/cacao` and of thousands made of them by changes; and what a real
 * node does with the public ones, against servers of HTTP and SSH.
 * Nothing is contacted but 127.0.0.0/8. One JSON line a case, one for all of them at the end; exit code 1 on a miss.
 */

const [folder, givenSeed] = process.argv.slice(2);
const data = folder === undefined ? undefined : join(folder, "nuclei");
if (data === undefined || !existsSync(data)) {
  console.error("usage: npm run conformance -- DATA_DIR [SEED]   (a folder with nuclei/ in it)");
  process.exit(2);
}

const counts = { cases: 0, supported: 0, refused: 0, invalid: 0, runs: 0, helpers: 0, misses: 0 };

/** Prints a line; one with a miss makes the whole run fail. */
const tell = (line: Readonly<Record<string, unknown>>, miss = ""): void => {
  if (miss !== "") counts.misses += 1;
  console.log(JSON.stringify({ ...line, ...(miss === "" ? {} : { miss }) }));
};

const casesPrefix = "engine-cases/";

const runTemplate = async ({ path, file }: LoadedFile, engine: LoopbackEngine): Promise<void> => {
  if (!path.startsWith(casesPrefix)) return;
  const runs = engineCases.filter((candidate) => candidate.file === path.slice(casesPrefix.length));
  if (file.status !== "supported") {
    if (runs.length > 0) tell({ case: path }, "to be run, but it is not supported");
    return;
  }
  if (runs.length === 0) tell({ case: path }, "supported, but what it must find is not written down");
  for (const expected of runs) {
    const { results, miss } = await runCase(file.template, expected, engine);
    counts.runs += 1;
    tell({ case: path, run: expected.name, results }, miss);
  }
};

const mutations = 10_000;
const seed = Number(givenSeed ?? Math.floor(performance.timeOrigin / 1_000));
const originals: string[] = [];

const servers = new Servers();
const engine = await LoopbackEngine.start(servers);
try {
  const share = new HttpShare();
  const helpers = new Set<string>();
  for (const loaded of await loadAll(data)) {
    const { path, file } = loaded;
    const { status, reasons } = file;
    counts.cases += 1;
    counts[status] += 1;
    share.add(path, file);
    const text = await readFile(join(data, path), "utf8");
    if (status === "supported") originals.push(text);
    const { used, unknown } = helpersUsed(text);
    for (const name of used) helpers.add(name);
    const shown = reasons.map(({ key, line, message }) => ({ key, line, message }));
    const miss = unknown.length === 0 ? missOf(path, file) : `calls unknown helpers: ${unknown.join(", ")}`;
    tell({ case: path, status, reasons: shown }, miss);
    await runTemplate(loaded, engine);
  }
  counts.helpers = helpers.size;
  if (counts.runs !== engineCases.length) tell({ case: "runs" }, `${counts.runs} of ${engineCases.length} were run`);
  const { miss, ...http } = share.summary;
  tell({ case: "community http templates", ...http }, miss);
  const schema: unknown = JSON.parse(await readFile(join(data, "nuclei-jsonschema.json"), "utf8"));
  const { misses, ...walk } = walkSchema(schema);
  tell({ case: "nuclei-jsonschema.json", ...walk });
  for (const each of misses) tell({ case: "nuclei-jsonschema.json" }, each);
} finally {
  await engine.close();
  await servers.close();
}
const { misses, ...mutated } = await runMutated(mutatedTemplates(originals, mutations, seed));
tell({ case: "mutated templates", seed, ...mutated });
for (const each of misses) tell({ case: "mutated templates", seed }, each);
const sigma = join(folder ?? "", "sigma");
if (existsSync(sigma)) for (const { miss: missed, ...line } of matchSigma(sigma)) tell(line, missed);
else tell({ case: "sigma" }, `${sigma} is not there`);
const cacao = join(folder ?? "", "cacao");
if (existsSync(cacao)) {
  for (const { miss: missed, ...line } of checkCacao(cacao, seed)) tell(line, missed);
  for await (const { miss: missed, ...line } of runExamples(examplesIn(cacao))) tell(line, missed);
} else tell({ case: "cacao" }, `${cacao} is not there`);
tell({ summary: counts });
process.exitCode = counts.misses === 0 ? 0 : 1;
