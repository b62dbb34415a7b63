import { runHasEnded } from "../../../../src/actors/respond/index.ts";
import type { EventRecord } from "../../../../src/actors/respond/records/event-record.ts";
import type { Violation } from "../../../support/invariants/index.ts";
import { putsUnder } from "./puts.ts";
import type { ResponseRecord } from "./response-record.ts";

const pair = ({ binding, playbook }: { readonly binding: string; readonly playbook: string }): string =>
  `${binding}>${playbook}`;

/** I18: every acknowledged event is decided, once, and starts exactly the runs that the bindings say or were suppressed. */
export const checkDecisions = ({ plan, history, acknowledged, final }: ResponseRecord): Violation[] => {
  const violations: Violation[] = [];
  const breach = (about: string, message: string): void =>
    void violations.push({ invariant: "I18", message: `${about} ${message}`, at: history.length, about });

  for (const key of acknowledged) if (!final.events.has(key)) breach(key, "was accepted and is not decided");

  const written = new Map<string, number>();
  for (const { name } of putsUnder(history, "event/")) written.set(name, (written.get(name) ?? 0) + 1);
  for (const [key, times] of written) if (times > 1) breach(key, `was decided ${times} times`);

  const named = new Set<string>();
  for (const [key, record] of final.events) {
    const choices = plan.catalog.choose(record.event).map((choice) => ({
      binding: choice.binding.id,
      playbook: choice.playbook.id,
    }));
    const expected = choices.length > 0 ? "matched" : "unmatched";
    if (record.state !== expected) breach(key, `is ${record.state}, expected ${expected}`);
    const got = [...record.runs, ...record.suppressed].map(pair).sort().join(" ");
    const wanted = choices.map(pair).sort().join(" ");
    if (got !== wanted) breach(key, `started or suppressed ${got}, expected ${wanted}`);
    for (const { id, binding, playbook } of record.runs) {
      named.add(id);
      const run = final.runs.get(id);
      const is = run === undefined ? "none" : `${run.event} ${run.binding} ${run.playbook.id}`;
      if (is !== `${key} ${binding} ${playbook}`) breach(key, `started ${id}, which is ${is}`);
    }
  }
  for (const [id, run] of final.runs) {
    if (run.retryOf === undefined && !named.has(id))
      breach(run.event, `has the run ${id}, which its record does not name`);
  }
  return violations;
};

interface Decided extends EventRecord {
  readonly key: string;
  /** When it was written down, by the time of records. */
  readonly keptAtMs: number;
}

const slicesPerWindow = 20;

/** I18: of events that are alike one starts its playbooks in a window, no more start them than the rate says, and no fewer. */
export const checkWindows = ({ plan, history, wallOffsetMs }: ResponseRecord): Violation[] => {
  const decided = putsUnder(history, "event/").map(({ name, value, atMs }): Decided => {
    const record = value as unknown as EventRecord;
    return { ...record, key: name, keptAtMs: atMs + wallOffsetMs };
  });
  return plan.catalog.bindings.flatMap(({ id, dedup, rate }): Violation[] => {
    const started = decided.filter(({ runs }) => runs.some(({ binding }) => binding === id));
    const suppressed = (reason: string): readonly Decided[] =>
      decided.filter((each) => each.suppressed.some((one) => one.binding === id && one.reason === reason));
    const breach = (about: string, message: string): Violation => ({
      ...{ invariant: "I18", message: `${about} ${message}`, at: history.length, about },
    });
    const violations: Violation[] = [];
    if (dedup !== undefined) {
      const alike = (one: Decided, other: Decided): boolean =>
        dedup.by.every((field) => one.event.data[field] === other.event.data[field]);
      started.forEach((event, at) => {
        const earlier = started
          .slice(0, at)
          .find((other) => alike(event, other) && event.keptAtMs < other.keptAtMs + dedup.windowMs);
        if (earlier !== undefined) violations.push(breach(event.key, `started ${id} in the window of ${earlier.key}`));
      });
      for (const event of suppressed("duplicate")) {
        const holder = started.find(
          (other) =>
            alike(event, other) &&
            other.keptAtMs <= event.keptAtMs &&
            event.decidedAtMs < other.keptAtMs + dedup.windowMs,
        );
        if (holder === undefined) violations.push(breach(event.key, `is a duplicate for ${id} of nothing`));
      }
    }
    if (rate !== undefined) {
      for (const event of started) {
        const within = started.filter(
          ({ decidedAtMs }) => decidedAtMs <= event.decidedAtMs && decidedAtMs > event.decidedAtMs - rate.perMs,
        );
        if (within.length > rate.events)
          violations.push(breach(event.key, `is number ${within.length} in the time of ${id}`));
      }
      for (const event of suppressed("rate")) {
        const since = event.decidedAtMs - rate.perMs - rate.perMs / slicesPerWindow;
        const before = started.filter(({ decidedAtMs, keptAtMs }) => decidedAtMs > since && keptAtMs <= event.keptAtMs);
        if (before.length < rate.events)
          violations.push(breach(event.key, `is one too many of ${before.length} for ${id}`));
      }
    }
    return violations;
  });
};

/** I16: after the last fault, with all questions answered, every run has ended and nothing waits. */
export const checkResponseFinished = ({ history, final }: ResponseRecord): Violation[] => {
  const left = [
    ...[...final.runs]
      .filter(([, { state }]) => !runHasEnded(state))
      .map(([id, { state }]) => ({ about: id, is: state })),
    ...[...final.open]
      .filter(([, items]) => items > 0)
      .map(([queue, items]) => ({ about: queue, is: `${items} items long` })),
  ];
  return left.map(({ about, is }) => ({
    ...{ invariant: "I16", message: `${about} is still ${is} at the end`, at: history.length, about },
  }));
};
