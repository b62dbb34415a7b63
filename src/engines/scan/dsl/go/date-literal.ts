import { parseTime } from "./time-parse.ts";

/** Layouts in which a quoted text counts as a time, with the lengths that govaluate tries each for. */
const layouts: readonly (readonly [layout: string, shortest: number, longest: number])[] = [
  ["Mon Jan _2 15:04:05 2006", 23, 24],
  ["Mon Jan 02 15:04:05 -0700 2006", 30, 30],
  ["3:04PM", 6, 7],
  ["2006-01-02T15:04:05Z07:00", 25, 25],
  ["2006-01-02T15:04:05.999999999Z07:00", 35, 35],
  ["2006-01-02", 10, 10],
  ["2006-01-02 15:04", 16, 16],
  ["2006-01-02 15:04:05", 19, 19],
  ["2006-01-02 15:04:05-07:00", 25, 25],
  ["2006-01-02T15Z0700", 18, 18],
  ["2006-01-02T15:04Z0700", 21, 21],
  ["2006-01-02T15:04:05Z0700", 24, 24],
  ["2006-01-02T15:04:05.999999999Z0700", 34, 34],
];

/**
 * The seconds since 1970 that a quoted text stands for when it is a date: govaluate turns such texts into numbers, so
 * `contains(body, "2021-01-01")` looks for `1609459200` (in UTC). A date without a zone is in that of the machine.
 */
export const parseDateLiteral = (text: string): number | undefined => {
  if (text.length < 6 || text.length > 35 || !/[:-]/.test(text)) return undefined;
  for (const [layout, shortest, longest] of layouts) {
    if (text.length < shortest || text.length > longest) continue;
    const seconds = parseTime(layout, text, "local");
    if (seconds !== undefined) return seconds;
  }
  return undefined;
};
