import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { loadTemplates, type TemplateFile } from "../../src/engines/scan/index.ts";
import { type EngineCase, engineCases } from "./nuclei/engine-cases.ts";
import { runCase } from "./nuclei/run-case.ts";

/**
 * `npm run conformance -- DATA_DIR`: what becomes of every public template in `DATA_DIR/nuclei`, and what the supported
 * ones of its `engine-cases` find when they are run. One JSON line a case, one for all of them at the end; exit code 1
 * on a miss.
 */

/** Templates that nuclei itself cannot run, and why. */
const brokenByTheirAuthors: ReadonlyMap<string, string> = new Map([
  ["exposed-pii", "a look-around in a pattern, which RE2 does not have"],
]);

/** Fewer supported templates than this is a step back. */
const supportedAtLeast = 48;

/** What is wrong with how a template was judged; empty when nothing is. */
const missOf = (file: TemplateFile): string => {
  switch (file.status) {
    case "supported":
      return file.template.requestCount > 0 ? "" : "supported, but it sends nothing";
    case "refused":
      return file.reasons.some(({ key, line, message }) => key !== "" && line > 0 && message !== "")
        ? ""
        : "refused without a key, a line and a reason";
    case "invalid":
      return brokenByTheirAuthors.has(file.id ?? "") ? "" : "invalid, though nuclei runs it";
  }
};

const [folder] = process.argv.slice(2);
const templates = folder === undefined ? undefined : join(folder, "nuclei");
if (templates === undefined || !existsSync(templates)) {
  console.error("usage: npm run conformance -- DATA_DIR   (a folder with nuclei/ in it)");
  process.exit(2);
}

/** The runs of a template; a supported one of `engine-cases` without any is a miss. */
const runsOf = (path: string, file: TemplateFile): readonly EngineCase[] | string => {
  const prefix = "engine-cases/";
  if (!path.startsWith(prefix)) return [];
  const runs = engineCases.filter((candidate) => candidate.file === path.slice(prefix.length));
  if (file.status === "supported")
    return runs.length > 0 ? runs : "supported, but what it must find is not written down";
  return runs.length === 0 ? [] : "to be run, but it is not supported";
};

const counts = { cases: 0, supported: 0, refused: 0, invalid: 0, runs: 0, misses: 0 };
for (const file of await loadTemplates([templates])) {
  const path = relative(templates, file.file);
  const runs = runsOf(path, file);
  const miss = missOf(file) || (typeof runs === "string" ? runs : "");
  counts.cases += 1;
  counts[file.status] += 1;
  if (miss !== "") counts.misses += 1;
  const { status, reasons } = file;
  const shown = reasons.map(({ key, line, message }) => ({ key, line, message }));
  console.log(JSON.stringify({ case: path, status, reasons: shown, ...(miss === "" ? {} : { miss }) }));
  if (file.status !== "supported" || typeof runs === "string") continue;
  for (const expected of runs) {
    const ended = await runCase(file.template, expected);
    counts.runs += 1;
    if (ended.miss !== "") counts.misses += 1;
    const shownMiss = ended.miss === "" ? {} : { miss: ended.miss };
    console.log(JSON.stringify({ case: path, run: expected.name, results: ended.results, ...shownMiss }));
  }
}
if (counts.runs !== engineCases.length) {
  counts.misses += 1;
  console.log(JSON.stringify({ case: "runs", miss: `${counts.runs} of ${engineCases.length} were run` }));
}
if (counts.supported < supportedAtLeast) {
  counts.misses += 1;
  console.log(
    JSON.stringify({ case: "supported", miss: `${counts.supported} are supported, there were ${supportedAtLeast}` }),
  );
}
console.log(JSON.stringify({ summary: counts }));
process.exitCode = counts.misses === 0 ? 0 : 1;
