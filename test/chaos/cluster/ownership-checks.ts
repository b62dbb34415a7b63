import {
  checkFencing,
  checkIntervals,
  type OwnershipEvent,
  type OwnershipFact,
  type Violation,
} from "../../support/invariants/index.ts";
import { checkCounts } from "./count-checks.ts";
import { byThing, type OwnerEvent } from "./owner-log.ts";

/** What the owners' logs amount to. */
export interface OwnershipSeen {
  /** I1, I2 and I5. */
  readonly violations: readonly Violation[];
  /** Writes sent, by what became of them; `open`: the process was killed before it heard. */
  readonly writes: Readonly<Record<"sent" | "accepted" | "refused" | "conflict" | "unknown" | "open", number>>;
  readonly staleAccepted: number;
  readonly effects: number;
  /** Effects after the deadline of whoever caused them. */
  readonly lateEffects: number;
  readonly grants: number;
  /** Grants of something that another incarnation had before. */
  readonly takeovers: number;
}

/** In the order of the store: a token is the revision of the commit that granted it. */
const inStoreOrder = (events: readonly OwnerEvent[]): readonly OwnershipEvent[] => {
  const granted = new Set<string>();
  const history: { readonly revision: number; readonly event: OwnershipEvent }[] = [];
  for (const { verb, owned: key, token, writer: owner, revision, deadlineMs, atMs } of events) {
    const about = { key, token, owner, atMs };
    if (verb === "accepted") history.push({ revision, event: { type: "accepted", ...about } });
    if (verb !== "granted") continue;
    // An actor that is restarted has the same grant once more.
    const grant = `${key} ${token} ${owner}`;
    if (!granted.has(grant)) history.push({ revision: token, event: { type: "granted", deadlineMs, ...about } });
    granted.add(grant);
  }
  return history.toSorted((a, b) => a.revision - b.revision).map(({ event }) => event);
};

/**
 * Processes that others declared dead, and since when they can have been, on the machine's monotonic clock. Their leases may have been
 * seized: then what they hold ends with the next grant, which may come before their own deadline.
 */
export type Condemned = ReadonlyMap<string, number>;

/** Without what is no breach: the interval of who is condemned ends with the next grant, and what it does outside until its own deadline. */
const withSeizures = (history: readonly TimedEvent[], condemned: Condemned): readonly OwnershipEvent[] => {
  const holders = new Map<string, OwnershipEvent>();
  return history.flatMap(({ event, deadlineMs }): readonly OwnershipEvent[] => {
    const { key, owner, atMs } = event;
    const before = holders.get(key);
    if (event.type === "granted") {
      holders.set(key, event);
      const sinceMs = before === undefined ? undefined : condemned.get(before.owner);
      if (before === undefined || before.owner === owner || sinceMs === undefined || atMs < sinceMs) return [event];
      return [{ type: "released", key, token: before.token, owner: before.owner, atMs }, event];
    }
    const overtaken = before !== undefined && before.token > event.token && condemned.has(owner);
    return event.type === "acted" && overtaken && atMs <= deadlineMs ? [] : [event];
  });
};

interface TimedEvent {
  readonly event: OwnershipEvent;
  /** As the owner knew it when it wrote the line. */
  readonly deadlineMs: number;
}

/** In the order of time. A deadline that has moved on is first seen in the next line of its owner. */
const inTimeOrder = (events: readonly OwnerEvent[]): readonly TimedEvent[] => {
  const deadlines = new Map<string, number>();
  return events
    .toSorted((a, b) => a.atMs - b.atMs)
    .flatMap(({ verb, owned: key, token, writer: owner, deadlineMs, atMs }): readonly TimedEvent[] => {
      const timed = (fact: OwnershipFact): TimedEvent => ({ event: { ...fact, key, token, owner, atMs }, deadlineMs });
      const life = `${key} ${token} ${owner}`;
      if (verb === "granted") {
        deadlines.set(life, deadlineMs);
        return [timed({ type: "granted", deadlineMs })];
      }
      if (verb === "stopped") {
        // What was under way still writes down what becomes of it, and holds nothing any more.
        deadlines.delete(life);
        return [timed({ type: "released" })];
      }
      const renewed = Number.isFinite(deadlineMs) && deadlineMs > (deadlines.get(life) ?? Infinity);
      if (renewed) deadlines.set(life, deadlineMs);
      return [
        ...(renewed ? [timed({ type: "renewed", deadlineMs })] : []),
        ...(verb === "effect" ? [timed({ type: "acted" })] : []),
      ];
    });
};

const takeoversOf = (events: readonly OwnerEvent[]): number => {
  const grants = events.filter(({ verb }) => verb === "granted");
  let takeovers = 0;
  for (const mine of byThing(grants).values()) {
    const writers = mine.toSorted((a, b) => a.token - b.token).map(({ writer }) => writer);
    takeovers += writers.filter((writer, at) => at > 0 && writers[at - 1] !== writer).length;
  }
  return takeovers;
};

/** Judges what the owners have written down, in any order. */
export const judgeOwnership = (events: readonly OwnerEvent[], condemned: Condemned = new Map()): OwnershipSeen => {
  const count = (wanted: OwnerEvent["verb"]): number => events.filter(({ verb }) => verb === wanted).length;
  const sent = count("sent");
  const answers = {
    ...{ accepted: count("accepted"), refused: count("refused") },
    ...{ conflict: count("conflict"), unknown: count("unknown") },
  };
  const answered = Object.values(answers).reduce((sum, one) => sum + one, 0);
  const storeOrder = inStoreOrder(events);
  const fencing = checkFencing(storeOrder);
  return {
    violations: [...fencing, ...checkIntervals(withSeizures(inTimeOrder(events), condemned)), ...checkCounts(events)],
    writes: { sent, ...answers, open: sent - answered },
    staleAccepted: fencing.filter(({ at }) => storeOrder[at]?.type === "accepted").length,
    effects: count("effect"),
    lateEffects: events.filter(({ verb, deadlineMs, atMs }) => verb === "effect" && atMs > deadlineMs).length,
    grants: count("granted"),
    takeovers: takeoversOf(events),
  };
};
