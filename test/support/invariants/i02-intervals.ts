import type { OwnershipEvent } from "./ownership-history.ts";
import type { Violation } from "./violation.ts";

/** Clocks of stores are the machine's plus a large offset: sums of the two are rounded to fractions of a microsecond. */
const roundingMs = 0.001;

interface Interval {
  readonly token: number;
  readonly owner: string;
  /** The deadline, or the release if that came before it. */
  untilMs: number;
}

/**
 * I2: the intervals in which a key is held, each from the grant to its release or deadline, never overlap, and nothing is done in the
 * name of a holder outside of its own.
 */
export const checkIntervals = (history: readonly OwnershipEvent[]): Violation[] => {
  const violations: Violation[] = [];
  const latest = new Map<string, Interval>();
  history.forEach((event, at) => {
    const { key, token, owner, atMs } = event;
    const breach = (message: string): void =>
      void violations.push({ invariant: "I2", message: `${key} ${message}`, at, about: key });
    const held = latest.get(key);
    switch (event.type) {
      case "granted":
        if (held !== undefined && held.untilMs > atMs + roundingMs) {
          breach(`was given to ${owner} at ${atMs} while ${held.owner} held it until ${held.untilMs}`);
        }
        latest.set(key, { token, owner, untilMs: event.deadlineMs });
        return;
      // What is stale prolongs and ends nothing but itself.
      case "renewed":
        if (held?.token === token) held.untilMs = event.deadlineMs;
        return;
      case "released":
        if (held?.token === token) held.untilMs = Math.min(held.untilMs, atMs);
        return;
      case "acted":
        if (held?.token !== token) breach(`was acted for by ${owner} at ${atMs} under token ${token}, not the latest`);
        else if (atMs > held.untilMs + roundingMs) {
          breach(`was acted for by ${owner} at ${atMs}, after ${held.untilMs} when it was held no longer`);
        }
        return;
      case "accepted":
      case "refused":
        return;
    }
  });
  return violations;
};
