import { runSeed } from "../run-seed.ts";
import type { Finding } from "./finding.ts";

/**
 * Arguments: an invariant, the first seed, every how manyeth is looked at, the last seed, and the steps of a cheap one, which ends the
 * search. Prints each `Finding` that is cheaper than the ones before it, one a line.
 */
const [invariant, ...numbers] = process.argv.slice(2);
const [first = 1, every = 1, last = 0, cheapSteps = 0] = numbers.map(Number);

let fewest = Number.POSITIVE_INFINITY;
for (let seed = first; seed <= last && fewest > cheapSteps; seed += every) {
  const { steps, violations } = await runSeed(seed);
  if (steps >= fewest || !violations.some((found) => found.invariant === invariant)) continue;
  fewest = steps;
  const finding: Finding = { seed, steps };
  process.stdout.write(`${JSON.stringify(finding)}\n`);
}
