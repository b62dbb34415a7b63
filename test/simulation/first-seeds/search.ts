import { runSeed } from "../run-seed.ts";
import type { Finding } from "./finding.ts";

/**
 * Arguments: an invariant, the first and the last seed, of which every other is looked at, and the steps of a cheap one, which ends the
 * search. Prints each `Finding` that is cheaper than the ones before it, one a line.
 */
const [invariant, ...numbers] = process.argv.slice(2);
const [first = 1, last = 0, cheapSteps = 0] = numbers.map(Number);

let fewest = Number.POSITIVE_INFINITY;
for (let seed = first; seed <= last && fewest > cheapSteps; seed += 2) {
  const { steps, violations } = await runSeed(seed);
  if (steps >= fewest || !violations.some((found) => found.invariant === invariant)) continue;
  fewest = steps;
  const finding: Finding = { seed, steps };
  process.stdout.write(`${JSON.stringify(finding)}\n`);
}
