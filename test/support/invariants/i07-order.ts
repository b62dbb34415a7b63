import type { History } from "../history.ts";
import type { Violation } from "./violation.ts";

/** I7: what one receiver handles of one sender comes in the order in which it was sent, nothing twice. */
export const checkOrder = (history: History): Violation[] => {
  const violations: Violation[] = [];
  const latest = new Map<string, number>();
  history.forEach((event, at) => {
    if (event.type !== "handler-begin" || event.origin === undefined) return;
    const { from, sequence } = event.origin;
    const pair = `${from} to ${event.actor}`;
    const before = latest.get(pair);
    if (before !== undefined && sequence <= before) {
      violations.push({ invariant: "I7", message: `${pair}: ${sequence} was handled after ${before}`, at });
    }
    latest.set(pair, Math.max(sequence, before ?? sequence));
  });
  return violations;
};
