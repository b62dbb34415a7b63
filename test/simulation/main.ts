import { createHash, randomInt } from "node:crypto";
import { expectedCoverage } from "./coverage.ts";
import { parseOptions, type SimulateOptions } from "./options.ts";
import type { SeedResult } from "./run-seed.ts";
import { runSeeds } from "./run-seeds.ts";

/** Below this many seeds a branch may go unreached by chance. */
const coverageFromSeeds = 200;
const progressEvery = 200;
const shownViolations = 5;

const options = ((): SimulateOptions => {
  try {
    return parseOptions(process.argv.slice(2), () => randomInt(2 ** 30));
  } catch (error) {
    console.error(`simulate: ${(error as Error).message}`);
    process.exit(2);
  }
})();

const hashes = new Map<number, string>();
const counts = new Map<string, number>();
let steps = 0;
let violations = 0;

const show = ({ seed, hash, violations: found }: SeedResult): void => {
  for (const { invariant, message } of found.slice(0, shownViolations)) {
    console.log(`violation ${invariant} seed ${seed} hash ${hash}: ${message}`);
  }
};

console.log(`seeds ${options.first} to ${options.first + options.seeds - 1}`);
await runSeeds(options.first, options.seeds, (result) => {
  hashes.set(result.seed, result.hash);
  steps += result.steps;
  violations += result.violations.length;
  for (const [what, count] of Object.entries(result.counts)) counts.set(what, (counts.get(what) ?? 0) + count);
  show(result);
  if (hashes.size % progressEvery === 0) console.error(`${hashes.size} of ${options.seeds} seeds`);
  return violations === 0 || !options.bail;
});

for (const [what, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`${what}: ${count}`);
if (options.seeds >= coverageFromSeeds) {
  for (const what of expectedCoverage.filter((name) => !counts.has(name))) {
    violations += 1;
    console.log(`violation: ${what} was never reached`);
  }
}
const trace = createHash("sha256");
for (const [seed, hash] of [...hashes].sort(([a], [b]) => a - b)) trace.update(`${seed} ${hash}\n`);
console.log(`steps ${steps} trace ${trace.digest("hex").slice(0, 16)}`);
console.log(`seeds ${hashes.size} violations ${violations}`);
process.exitCode = violations === 0 ? 0 : 1;
