import type { HistoryEvent } from "../../support/history.ts";
import { checkOrder, checkTerminatedOnce, type Violation } from "../../support/invariants/index.ts";
import type { TalkCounts, TalkEvent } from "./talk-log.ts";
import { lifeOf } from "./talk-message.ts";

/** One life of a node: what it wrote down, and how it ended. */
export interface TalkLife {
  readonly events: readonly TalkEvent[];
  /** It ran until it was asked to leave, at the end. */
  readonly ended: "in order" | "otherwise";
  readonly exitMs: number;
  /** When all nodes were asked to leave: from then on one node may say that it has left while its actors still stop. */
  readonly leaveMs: number;
}

export interface TalkBounds {
  readonly outboxEnvelopes: number;
  readonly outboxBytes: number;
  readonly allOutboxBytes: number;
}

/** What is owed to a watcher may be under way for so long. */
const deliveryMs = 1_000;

/** The life as the checkers of actors read it. Ends of others are put in before it settles. */
const historyOf = ({ events }: TalkLife, goneAt: ReadonlyMap<string, number>): readonly HistoryEvent[] => {
  let run = 0;
  return events.flatMap((event): readonly HistoryEvent[] => {
    const { atMs } = event;
    switch (event.t) {
      case "handled": {
        const origin = { from: event.from, sequence: event.n };
        const about = { actor: event.by, run: (run += 1), handler: "receive", atMs } as const;
        return [
          { type: "handler-begin", ...about, origin },
          { type: "handler-end", ...about, failed: false },
        ];
      }
      case "watch":
        return [{ ...event, type: event.t }];
      case "unwatch":
        return [{ ...event, type: event.t }];
      case "terminated":
        return [{ ...event, type: event.t }];
      case "settled": {
        const owed = [...goneAt].filter(([, sinceMs]) => sinceMs + deliveryMs < atMs);
        return [...owed.map(([actor]) => ({ type: "stopped", actor, atMs }) as const), { type: "quiet", atMs }];
      }
      case "answered":
      case "asked":
      case "counts":
      case "failed":
      case "life":
      case "not-taken":
      case "stop-asked":
      case "stopped":
      case "tell":
        return [];
    }
  });
};

/** When each actor that was watched by anybody had ended, with its node or before it. */
const endsOf = (lives: ReadonlyMap<string, TalkLife>): ReadonlyMap<string, number> => {
  const ends = new Map<string, number>();
  for (const { events } of lives.values()) {
    for (const event of events) {
      if (event.t === "stopped") ends.set(event.actor, event.atMs);
      if (event.t !== "watch" || ends.has(event.target)) continue;
      const life = lives.get(lifeOf(event.target));
      if (life?.ended === "otherwise") ends.set(event.target, life.exitMs);
    }
  }
  return ends;
};

/**
 * I9, of the actors of nodes that lived until the end: nobody hears of an end before it, not even on a node that is killed, declared dead or
 * leaves. (Nodes that fail may be declared dead, and the ends of their actors told, before they find out themselves.)
 */
const checkNotEarly = (
  lives: ReadonlyMap<string, TalkLife>,
  goneAt: ReadonlyMap<string, number>,
): readonly Violation[] =>
  [...lives.values()].flatMap(({ events }) =>
    events.flatMap((event, at): readonly Violation[] => {
      if (event.t !== "terminated") return [];
      const life = lives.get(lifeOf(event.target));
      if (life?.ended !== "in order") return [];
      if (Math.min(life.leaveMs, goneAt.get(event.target) ?? Infinity) <= event.atMs) return [];
      return [{ invariant: "I9", message: `${event.watcher} was told the end of ${event.target} before it`, at }];
    }),
  );

/**
 * I17: of what a link took, the receiver handles everything up to some message, and only the end of either node cuts off what comes after
 * it: nothing is missing in between, nothing is handled that was not sent.
 */
const checkNothingMissing = (lives: ReadonlyMap<string, TalkLife>): readonly Violation[] => {
  const violations: Violation[] = [];
  const breach = (message: string): void => void violations.push({ invariant: "I17", message, at: 0 });
  const handled = new Map<string, Set<number>>();
  for (const { events } of lives.values()) {
    for (const event of events) {
      if (event.t !== "handled") continue;
      const pair = `${event.from} to ${event.by}`;
      const numbers = handled.get(pair) ?? new Set<number>();
      handled.set(pair, numbers.add(event.n));
    }
  }
  for (const [pair, taken] of takenBy(lives)) {
    const [from = "", to = ""] = pair.split(" to ");
    const arrived = handled.get(pair) ?? new Set<number>();
    handled.delete(pair);
    const missing = [...taken].filter((n) => !arrived.has(n));
    const [first] = missing;
    const strange = [...arrived].filter((n) => !taken.has(n));
    if (strange.length > 0) breach(`${pair}: ${strange.length} were handled that were not sent, such as ${strange[0]}`);
    if (first === undefined) continue;
    if ([...arrived].some((n) => n > first)) breach(`${pair}: ${first} is missing, and later ones were handled`);
    const survived = [from, to].every((actor) => lives.get(lifeOf(actor))?.ended === "in order");
    // (Hired actors end while others still write to them.)
    if (survived && to.endsWith("#0")) breach(`${pair}: ${missing.length} are missing, and neither node has failed`);
  }
  for (const pair of handled.keys()) breach(`${pair}: was handled, and nobody sent it`);
  return violations;
};

/** Numbers that a link took, or that were about to be handed to it when the process was killed. */
const takenBy = (lives: ReadonlyMap<string, TalkLife>): ReadonlyMap<string, Set<number>> => {
  const taken = new Map<string, Set<number>>();
  for (const { events } of lives.values()) {
    for (const event of events) {
      if (event.t !== "tell" && event.t !== "not-taken") continue;
      const pair = `${event.from} to ${event.to}`;
      const numbers = taken.get(pair) ?? new Set<number>();
      taken.set(pair, numbers);
      if (event.t === "tell") numbers.add(event.n);
      else numbers.delete(event.n);
    }
  }
  return taken;
};

/** Every ask ends, and an answer is the one to its question. */
const checkAsks = (life: string, { events, ended }: TalkLife): readonly Violation[] => {
  const open = new Set<number>();
  const wrong: Violation[] = [];
  events.forEach((event, at) => {
    if (event.t === "asked") open.add(event.n);
    if (event.t !== "answered" && event.t !== "failed") return;
    if (!open.delete(event.n)) wrong.push({ invariant: "I17", message: `${life}: ask ${event.n} ended twice`, at });
    if (event.t === "answered" && event.answer !== event.n) {
      wrong.push({ invariant: "I17", message: `${life}: ask ${event.n} got the answer to ${event.answer}`, at });
    }
  });
  if (ended === "in order" && open.size > 0) {
    wrong.push({ invariant: "I17", message: `${life}: ${open.size} asks never ended`, at: events.length });
  }
  return wrong;
};

/** I12: no outbox ever held more than it may. */
const checkOutboxes = (life: string, { events }: TalkLife, bounds: TalkBounds): readonly Violation[] => {
  const counts = lastCounts(events);
  if (counts === undefined) return [];
  const { mostEnvelopes, mostBytes, mostAllBytes } = counts;
  const within =
    mostEnvelopes <= bounds.outboxEnvelopes && mostBytes <= bounds.outboxBytes && mostAllBytes <= bounds.allOutboxBytes;
  const message = `${life}: an outbox held ${mostEnvelopes} envelopes, ${mostBytes} B; all ${mostAllBytes} B`;
  return within ? [] : [{ invariant: "I12", message, at: events.length }];
};

export const lastCounts = (events: readonly TalkEvent[]): TalkCounts | undefined => {
  const last = events.findLast((event) => event.t === "counts");
  return last?.t === "counts" ? last.counts : undefined;
};

/** I7, I9, I12 and I17 over the nodes of a run, by life. */
export const checkTalk = (lives: ReadonlyMap<string, TalkLife>, bounds: TalkBounds): readonly Violation[] => {
  const goneAt = endsOf(lives);
  return [
    ...[...lives].flatMap(([name, life]) => {
      const history = historyOf(life, goneAt);
      return [
        ...checkOrder(history),
        ...checkTerminatedOnce(history),
        ...checkAsks(name, life),
        ...checkOutboxes(name, life, bounds),
      ];
    }),
    ...checkNotEarly(lives, goneAt),
    ...checkNothingMissing(lives),
  ];
};
