import type { Violation } from "../../support/invariants/index.ts";
import { byThing, type OwnerEvent } from "./owner-log.ts";

/** One state of a counted record: what was accepted, or found in the store later. */
interface Point {
  readonly revision: number;
  readonly count: number;
  readonly writer: string;
}

/**
 * I5 for the counted records: in the order of the store the counts grow, every count was written once, and none is missing. One that was
 * sent without an answer may stand for a missing one.
 */
export const checkCounts = (events: readonly OwnerEvent[]): Violation[] => {
  const counted = events.filter(({ record }) => record === "counted");
  return [...byThing(counted)].flatMap(([owned, mine]) => checkOne(owned, mine));
};

const checkOne = (owned: string, events: readonly OwnerEvent[]): Violation[] => {
  const violations: Violation[] = [];
  const breach = (message: string, at: number): void =>
    void violations.push({ invariant: "I5", message: `${owned}: ${message}`, at, about: owned });
  const points = events
    .filter(({ verb }) => verb === "accepted" || verb === "found")
    .map(({ revision, count, writer }): Point => ({ revision, count, writer }))
    .toSorted((a, b) => a.revision - b.revision);
  const sent = new Set(events.flatMap(({ verb, count }) => (verb === "sent" ? [count] : [])));
  let last: Point = { revision: 0, count: 0, writer: "nobody" };
  for (const [at, point] of points.entries()) {
    const { revision, count, writer } = point;
    if (revision === last.revision ? count !== last.count : count <= last.count) {
      breach(`${writer} had ${count} at revision ${revision}, ${last.writer} ${last.count} at ${last.revision}`, at);
    }
    for (let missing = last.count + 1; missing <= count; missing += 1) {
      if (!sent.has(missing)) breach(`${missing} is stored and was never sent`, at);
    }
    last = point;
  }
  const accepted = new Map<number, number>();
  for (const { verb, count, revision } of events) {
    if (verb !== "accepted") continue;
    const before = accepted.get(count);
    if (before !== undefined) breach(`${count} was accepted at revision ${before} and at ${revision}`, points.length);
    accepted.set(count, revision);
  }
  return violations;
};
