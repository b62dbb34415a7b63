import { parseArgs } from "node:util";
import { stop } from "esbuild";
import { runBrokenBundle } from "../../support/broken-bundle.ts";
import { brokenBuilds } from "../broken-builds.ts";
import type { BrokenSimulation } from "../broken-simulation.ts";
import { verdictSeeds } from "../seeds.ts";
import type { Finding } from "./finding.ts";

/**
 * `node --import=tsx test/simulation/first-seeds/main.ts [--seeds N] [NAME …]`: for each broken build, or for those whose names hold one of
 * the given texts, looks through seeds 1 … N for a cheap one that shows the defect, or else the cheapest of them, and prints it beside its
 * `firstSeed`. To be run when the simulation has changed and the tests of its broken builds have become slow.
 */
const cheapSteps = 14_000;
const deadlineMs = 180_000;

const { values, positionals } = parseArgs({
  options: { seeds: { type: "string", default: "80" } },
  allowPositionals: true,
});

/** Events are answered in even seeds only, which take longer; verdicts are made in few. */
const seedsOf = ({ layer }: BrokenSimulation): { readonly first: number; readonly every: number } => {
  if (layer === "detect") return verdictSeeds;
  return { first: layer === "respond" ? 2 : 1, every: 2 };
};

/** @returns the cheapest one that was found until the end, or until the deadline */
const search = async (build: BrokenSimulation): Promise<Finding | undefined> => {
  const { first, every } = seedsOf(build);
  const flags = [build.invariant, ...[first, every, values.seeds, cheapSteps].map(String)];
  const run = await runBrokenBundle(build, "test/simulation/first-seeds/search.ts", flags, deadlineMs);
  // A defect may end the process: what was found by then counts.
  const last = run.output.split("\n").findLast((line) => line.startsWith('{"seed":'));
  if (last === undefined && run.code !== 0 && !run.overdue) throw new Error(`${build.name}: ${run.output}`);
  return last === undefined ? undefined : (JSON.parse(last) as Finding);
};

const named = ({ name }: BrokenSimulation): boolean =>
  positionals.length === 0 || positionals.some((part) => name.includes(part));

for (const build of brokenBuilds.filter(named)) {
  const best = await search(build);
  const found = best === undefined ? "found by none" : `seed ${best.seed} in ${best.steps} steps`;
  process.stdout.write(`${build.name}: ${found}; firstSeed ${build.firstSeed}\n`);
}
await stop();
