import { createHash, randomInt } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";
import { expectedCoverage, rareCoverage } from "./coverage.ts";
import { parseOptions, type SimulateOptions } from "./options.ts";
import { leastFaults, leastSteps, runSeed, type SeedResult } from "./run-seed.ts";
import { runSeeds } from "./run-seeds.ts";

/** Below this many seeds a branch may go unreached by chance. */
const coverageFromSeeds = 200;
const rareCoverageFromSeeds = 2_000;
const progressEvery = 200;
/** Times that each kind of fault has to come in so many seeds. */
const leastOfEachFault = 20;
const shownViolations = 5;
/** Violations of one seed that are shown with what led to them. */
const explainedViolations = 2;

const options = ((): Omit<SimulateOptions, "trace"> & { readonly trace: number | undefined } => {
  try {
    const { trace, ...rest } = parseOptions(process.argv.slice(2), () => randomInt(2 ** 30));
    return { ...rest, trace: trace === undefined ? undefined : openSync(trace, "w") };
  } catch (error) {
    console.error(`simulate: ${(error as Error).message}`);
    process.exit(2);
  }
})();

const hashes = new Map<number, string>();
const counts = new Map<string, number>();
let steps = 0;
let fewestSteps = Number.POSITIVE_INFINITY;
let fewestFaults = Number.POSITIVE_INFINITY;
let violations = 0;

/** What is sought first: of many violations only some are shown. */
const soughtFirst = (found: SeedResult["violations"]): SeedResult["violations"] => [
  ...found.filter(({ invariant }) => invariant === options.until),
  ...found.filter(({ invariant }) => invariant !== options.until),
];

const show = ({ seed, hash, violations: found }: SeedResult): void => {
  soughtFirst(found)
    .slice(0, shownViolations)
    .forEach(({ invariant, message, where, at, before }, nth) => {
      console.log(`violation ${invariant} seed ${seed} hash ${hash}: ${message}`);
      if (nth >= explainedViolations) return;
      console.log(`  at event ${at} of ${where}, after:`);
      for (const event of before) console.log(`    ${event}`);
    });
  if (found.length > shownViolations) console.log(`  and ${found.length - shownViolations} more`);
  if (found.length > 0) console.log(`  replay: npm run simulate -- --seeds 1 --seed ${seed} --trace seed-${seed}.log`);
};

/** What every seed has to be, so that its passing says something. */
const floors = ({ seed, steps: taken, nodes, faults }: SeedResult): void => {
  const tooLittle = (what: string): void => {
    violations += 1;
    console.log(`violation: seed ${seed} had ${what}`);
  };
  if (nodes < 3 || nodes > 7) tooLittle(`${nodes} nodes`);
  if (taken < leastSteps) tooLittle(`${taken} steps`);
  if (faults < leastFaults) tooLittle(`${faults} faults`);
};

/** Runs one seed in this process and writes down everything it does. */
const traced = async (seed: number, file: number): Promise<void> => {
  try {
    onResult(await runSeed(seed, (line) => void writeSync(file, `${line}\n`)));
  } finally {
    closeSync(file);
  }
};

const onResult = (result: SeedResult): boolean => {
  hashes.set(result.seed, result.hash);
  steps += result.steps;
  violations += result.violations.length;
  for (const [what, count] of Object.entries(result.counts)) counts.set(what, (counts.get(what) ?? 0) + count);
  show(result);
  floors(result);
  fewestSteps = Math.min(fewestSteps, result.steps);
  fewestFaults = Math.min(fewestFaults, result.faults);
  if (hashes.size % progressEvery === 0) console.error(`${hashes.size} of ${options.seeds} seeds`);
  return !result.violations.some(({ invariant }) => invariant === options.until);
};

console.log(`seeds ${options.first} to ${options.first + options.seeds - 1}`);
if (options.trace === undefined) await runSeeds(options.first, options.seeds, options.workers, onResult);
else await traced(options.first, options.trace);

for (const [what, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`${what}: ${count}`);
if (options.seeds >= coverageFromSeeds) {
  const rare = options.seeds >= rareCoverageFromSeeds ? rareCoverage : [];
  for (const what of [...expectedCoverage, ...rare]) {
    const [times, least] = [counts.get(what) ?? 0, what.startsWith("fault: ") ? leastOfEachFault : 1];
    if (times >= least) continue;
    violations += 1;
    console.log(`violation: ${what} was reached ${times} times of at least ${least}`);
  }
}
const trace = createHash("sha256");
for (const [seed, hash] of [...hashes].sort(([a], [b]) => a - b)) trace.update(`${seed} ${hash}\n`);
console.log(`in each seed at least ${fewestSteps} steps and ${fewestFaults} faults`);
console.log(`steps ${steps} trace ${trace.digest("hex").slice(0, 16)}`);
console.log(`seeds ${hashes.size} violations ${violations}`);
process.exitCode = violations === 0 ? 0 : 1;
