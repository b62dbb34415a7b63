import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

/**
 * `--seeds N [--seed S] [--workers W] [--until I2] [--trace FILE]`: runs S … S+N−1 on W processes, as many as there are cores when absent;
 * with 0 in this one, so that a debugger can be attached. With `--until`, no further ones after a violation of that invariant. With
 * `--trace`, for one seed only, writes every step and every event to a file.
 */
export interface SimulateOptions {
  readonly seeds: number;
  readonly first: number;
  readonly workers: number;
  readonly until: string | undefined;
  readonly trace: string | undefined;
}

const mostWorkers = 4;
const mostSeeds = 1_000_000;
const highestSeed = 2 ** 31;

const invariantName = /^I\d{1,2}$/;

const whole = (name: string, text: string, least: number, most: number): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw new RangeError(`--${name} ${text}: use a whole number from ${least} to ${most}`);
  }
  return value;
};

/** @throws RangeError or TypeError that names the flag */
export const parseOptions = (args: readonly string[], randomSeed: () => number): SimulateOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: "string", default: "100" },
      seed: { type: "string" },
      workers: { type: "string", default: String(Math.min(mostWorkers, availableParallelism())) },
      until: { type: "string" },
      trace: { type: "string" },
    },
  });
  const seeds = whole("seeds", values.seeds, 1, mostSeeds);
  if (values.until !== undefined && !invariantName.test(values.until)) {
    throw new RangeError(`--until ${values.until}: use the name of an invariant, such as I2`);
  }
  if (values.trace !== undefined && seeds !== 1) throw new RangeError("--trace FILE: use it with --seeds 1");
  return {
    seeds,
    first: values.seed === undefined ? randomSeed() : whole("seed", values.seed, 0, highestSeed),
    workers: whole("workers", values.workers, 0, mostWorkers),
    until: values.until,
    trace: values.trace,
  };
};
