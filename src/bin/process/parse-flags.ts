import { InvalidArgumentError } from "commander";

const hourMs = 3_600_000;
const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: hourMs };

const dayMs = 86_400_000;

/** `500ms`, `30s`, `5m`, `1h` as milliseconds, at least 1. */
export const parseDurationUpTo =
  (mostMs: number) =>
  (text: string): number => {
    const [, number = "", unit = ""] = /^(\d{1,9})(ms|s|m|h)$/.exec(text) ?? [];
    const ms = Number(number) * (unitsMs[unit] ?? 0);
    if (!(ms >= 1 && ms <= mostMs)) {
      throw new InvalidArgumentError(
        `Use a duration such as 500ms, 30s or 5m, at most ${mostMs / hourMs}h, not "${text}".`,
      );
    }
    return ms;
  };

/** At most a day. */
export const parseDuration = parseDurationUpTo(dayMs);

/** A whole number within bounds. */
export const parseWhole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      throw new InvalidArgumentError(`Use a whole number from ${least} to ${most}, not "${text}".`);
    }
    return value;
  };

/** Gathers the values of a flag that may be given more than once. */
export const collect = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

/** Gathers the entries of a flag that takes comma-separated ones and may be given more than once. */
export const commaList = (text: string, before: readonly string[] = []): readonly string[] => {
  const entries = text.split(",").map((entry) => entry.trim());
  if (entries.includes("")) throw new InvalidArgumentError(`There is an empty entry in "${text}".`);
  return [...before, ...entries];
};
