import { parseArgs } from "node:util";

/**
 * `--seeds N [--seed S] [--bail] [--trace FILE]`: runs S … S+N−1; with `--bail` no further ones after a violation; with `--trace`, for one
 * seed only, writes every step and every event to a file.
 */
export interface SimulateOptions {
  readonly seeds: number;
  readonly first: number;
  readonly bail: boolean;
  readonly trace: string | undefined;
}

const mostSeeds = 1_000_000;
const highestSeed = 2 ** 31;

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
      bail: { type: "boolean", default: false },
      trace: { type: "string" },
    },
  });
  const seeds = whole("seeds", values.seeds, 1, mostSeeds);
  if (values.trace !== undefined && seeds !== 1) throw new RangeError("--trace FILE: use it with --seeds 1");
  return {
    seeds,
    first: values.seed === undefined ? randomSeed() : whole("seed", values.seed, 0, highestSeed),
    bail: values.bail,
    trace: values.trace,
  };
};
