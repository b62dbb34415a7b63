import type { InterceptRule } from "../../src/engines/intercept/index.ts";

/** An access that was let through. */
export interface Passed {
  /** Begin of its time slot, Unix time. */
  readonly slotMs: number;
  /** Of the machine's monotonic clock. */
  readonly atMs: number;
  /** Of the field that the rule tells apart. */
  readonly value: string;
}

/**
 * Looks at the window that begins with each access, so that it is plainly right.
 * @param accesses of one subject, in any order
 * @returns when the first window had more than the limit, of the monotonic clock; undefined: none
 */
export const crossedAt = (rule: InterceptRule, accesses: readonly Passed[]): number | undefined => {
  const { threshold, windowMs, distinct } = rule;
  const sorted = accesses.toSorted((one, other) => one.atMs - other.atMs);
  let crossedMs: number | undefined;
  for (const { slotMs: beginMs } of sorted) {
    const seen = new Set<string | Passed>();
    for (const each of sorted) {
      if (each.slotMs < beginMs || each.slotMs - beginMs >= windowMs) continue;
      seen.add(distinct === undefined ? each : each.value);
      if (seen.size <= threshold) continue;
      crossedMs = Math.min(crossedMs ?? Infinity, each.atMs);
      break;
    }
  }
  return crossedMs;
};

/** Whether a window by the clock, of those that follow each other, has more than the limit: what a counter without sliding windows would see. */
export const exceedsByTheClock = ({ threshold, windowMs }: InterceptRule, accesses: readonly Passed[]): boolean => {
  const counts = new Map<number, number>();
  for (const { slotMs } of accesses) {
    const window = Math.floor(slotMs / windowMs);
    counts.set(window, (counts.get(window) ?? 0) + 1);
  }
  return [...counts.values()].some((count) => count > threshold);
};
