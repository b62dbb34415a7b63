import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../../../src/base/random.ts";
import { readPlaybook } from "../../../src/engines/playbook/cacao/index.ts";
import { inRepository } from "../../support/built.ts";
import { completePlaybook } from "../../support/cacao-files/complete-playbook.ts";
import { mutatedJson } from "../../support/cacao-files/mutated-json.ts";
import { readMutated } from "../../support/cacao-files/read-mutated.ts";
import { changed, ruleCases } from "../../unit/engines/playbook/cacao/read/rule-cases.ts";
import { Agreement } from "./agreement.ts";
import { expectedReadings } from "./expected.ts";
import { differenceCases } from "./difference-cases.ts";
import { PublicSchemas } from "./public-schemas.ts";

/** What is printed of one case; a miss makes the run fail. */
export interface CacaoLine {
  readonly case: string;
  readonly miss: string;
  readonly [fact: string]: unknown;
}

const comparisons = 5_000;
const mutations = 10_000;
/** Misses of one kind that are printed. */
const mostTold = 20;

/** One of the public examples. */
export interface Example {
  /** Name of its file. */
  readonly name: string;
  readonly playbook: unknown;
}

/** The examples of a folder with the public files of CACAO, in the order of their names. */
export const examplesIn = (folder: string): readonly Example[] =>
  readdirSync(join(folder, "examples"))
    .sort()
    .map((name) => ({ name, playbook: JSON.parse(readFileSync(join(folder, "examples", name), "utf8")) as unknown }));

/** The playbooks that ship with the product. */
const starterPlaybooks = (): readonly unknown[] => {
  const folder = inRepository("playbooks");
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names.sort().map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as unknown);
};

/**
 * What becomes of each public example, whether the public schemas agree with the reader about them and about thousands of changed
 * playbooks, and whether 10,000 of those crash or hang the reader.
 */
export function* checkCacao(folder: string, seed: number): Generator<CacaoLine> {
  const examples = examplesIn(folder);
  for (const { name, playbook } of examples) {
    const reading = readPlaybook(playbook);
    const problems = reading.status === "supported" ? [] : reading.problems;
    const rules = problems.map(({ rule }) => rule);
    const { status, warnings } = reading;
    const told = [status, ...rules].join(" ");
    const miss =
      expectedReadings[name] === told ? "" : `is ${told}, and should be ${expectedReadings[name] ?? "in the list"}`;
    yield { case: `cacao ${name}`, status, problems, warnings, miss };
  }
  const agreement = new Agreement(new PublicSchemas(join(folder, "schemas")));
  const random = seededRandom(seed);
  const originals = [completePlaybook(), ...examples.map(({ playbook }) => playbook)];
  const misses = [
    ...originals,
    ...starterPlaybooks(),
    ...ruleCases.map(changed),
    ...differenceCases(),
    ...Array.from({ length: comparisons }, (_, n) => mutatedJson(originals[n % originals.length], random)),
  ].flatMap((playbook) => agreement.compare(playbook));
  misses.push(
    ...agreement.unneeded.map((name) => `the difference "${name}" is needed no more: take it out of the list`),
  );
  const name = "cacao against the public schemas";
  yield { case: name, seed, ...agreement.counts, miss: "" };
  for (const miss of misses.slice(0, mostTold)) yield { case: name, seed, miss };
  const { misses: failures, ...counts } = readMutated(originals, mutations, random);
  yield { case: "mutated cacao", seed, ...counts, miss: "" };
  for (const miss of failures.slice(0, mostTold)) yield { case: "mutated cacao", seed, miss };
}
