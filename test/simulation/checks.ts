import { retryLimits } from "../../src/store/index.ts";
import type { Violation } from "../support/invariants/index.ts";
import type { FinalItem, StoreEvent, WorkLog } from "./store-history.ts";

/** The store's clock is the machine's plus a large offset: sums of the two are rounded to fractions of a microsecond. */
const roundingMs = 0.001;

type Tokened = { readonly queue: string; readonly id: string; readonly token: number };
const nameOf = ({ queue, id }: { readonly queue: string; readonly id: string }): string => `${queue}/${id}`;

/** The claims that a commit speaks for: its guard's, and those of its changes. */
const claimsOf = (event: Extract<StoreEvent, { type: "committed" }>): readonly Tokened[] => [
  ...(event.guard?.type === "claim" ? [event.guard.claim] : []),
  ...event.changes.flatMap((change) => ("claim" in change ? [change.claim] : [])),
];

/** I1: in the order of the store the tokens of accepted writes to an item never decrease, and a token belongs to one incarnation. */
export const checkTokens = (history: readonly StoreEvent[]): Violation[] => {
  const violations: Violation[] = [];
  const highest = new Map<string, number>();
  const owners = new Map<number, string>();
  history.forEach((event, at) => {
    const breach = (id: string, message: string): void =>
      void violations.push({ invariant: "I1", message, at, about: id });
    if (event.type === "claimed") {
      for (const claim of event.claims) {
        const before = owners.get(claim.token);
        if (before !== undefined) breach(claim.id, `token ${claim.token} was given to ${before} and to ${event.owner}`);
        owners.set(claim.token, event.owner);
        if (claim.token <= (highest.get(nameOf(claim)) ?? 0))
          breach(claim.id, `${nameOf(claim)} got token ${claim.token} again`);
        highest.set(nameOf(claim), claim.token);
      }
    } else if (event.type === "committed") {
      for (const claim of claimsOf(event)) {
        if (claim.token < (highest.get(nameOf(claim)) ?? 0)) {
          breach(
            claim.id,
            `${nameOf(claim)}: a write under token ${claim.token} was accepted after ${highest.get(nameOf(claim))}`,
          );
        }
        const owner = owners.get(claim.token);
        if (owner !== event.owner) breach(claim.id, `token ${claim.token} of ${owner} was used by ${event.owner}`);
      }
    } else if (event.type === "extended") {
      for (const claim of event.claims) {
        if (claim.token < (highest.get(nameOf(claim)) ?? 0)) {
          breach(
            claim.id,
            `${nameOf(claim)}: token ${claim.token} was extended after ${highest.get(nameOf(claim))} had been given`,
          );
        }
      }
    }
  });
  return violations;
};

/** I2: the intervals in which an item is claimed, from the grant to its release or deadline, never overlap. */
export const checkIntervals = (history: readonly StoreEvent[]): Violation[] => {
  const violations: Violation[] = [];
  const until = new Map<string, { token: number; deadlineMs: number }>();
  history.forEach((event, at) => {
    switch (event.type) {
      case "claimed":
        for (const claim of event.claims) {
          const before = until.get(nameOf(claim));
          if (before !== undefined && before.deadlineMs > event.atMs + roundingMs) {
            violations.push({
              invariant: "I2",
              message: `${nameOf(claim)} was claimed by ${event.owner} at ${event.atMs} while held until ${before.deadlineMs}`,
              at,
              about: claim.id,
            });
          }
          until.set(nameOf(claim), { token: claim.token, deadlineMs: event.atMs + event.leaseMs });
        }
        return;
      case "extended":
        for (const claim of event.claims) {
          const held = until.get(nameOf(claim));
          if (held?.token === claim.token) held.deadlineMs = event.atMs + event.leaseMs;
        }
        return;
      case "committed":
        for (const change of event.changes) {
          if (change.type !== "finish" && change.type !== "release") continue;
          // A stale claim ends nothing but itself.
          if (until.get(nameOf(change.claim))?.token === change.claim.token) until.delete(nameOf(change.claim));
        }
        return;
      case "added":
      case "ordered":
        return;
    }
  });
  return violations;
};

const ends = new Set(["done", "failed", "cancelled", "dead"]);

/** I4: every acknowledged task, and every subtask that the store accepted, has ended or is still there. */
export const checkNothingLost = (
  history: readonly StoreEvent[],
  log: WorkLog,
  final: readonly FinalItem[],
): Violation[] => {
  const known = new Map(final.map((item) => [nameOf(item), item]));
  const accepted = history.flatMap((event) =>
    event.type === "committed"
      ? event.changes.flatMap((change) => (change.type === "add" ? [{ queue: change.queue, id: change.item.id }] : []))
      : [],
  );
  const owed = [...[...log.acknowledged].map((id) => ({ queue: "tasks", id })), ...accepted];
  return owed.flatMap((item): Violation[] =>
    known.has(nameOf(item))
      ? []
      : [{ invariant: "I4", message: `${nameOf(item)} was accepted and is gone`, at: history.length, about: item.id }],
  );
};

/** I5: exactly one accepted end per item that was finished, with its findings exactly once. */
export const checkOneEnd = (history: readonly StoreEvent[], final: readonly FinalItem[]): Violation[] => {
  const violations: Violation[] = [];
  const finished = new Map<string, number>();
  history.forEach((event, at) => {
    if (event.type !== "committed") return;
    for (const change of event.changes) {
      if (change.type !== "finish") continue;
      const times = (finished.get(nameOf(change.claim)) ?? 0) + 1;
      finished.set(nameOf(change.claim), times);
      if (times > 1)
        violations.push({
          invariant: "I5",
          message: `${nameOf(change.claim)} was finished ${times} times`,
          at,
          about: change.claim.id,
        });
    }
  });
  for (const item of final) {
    const times = finished.get(nameOf(item)) ?? 0;
    const done = item.status === "done";
    if (done !== (times === 1)) {
      violations.push({
        invariant: "I5",
        message: `${nameOf(item)} is ${item.status} and was finished ${times} times`,
        at: history.length,
        about: item.id,
      });
    }
    if (item.findings !== (done && !item.split ? item.templates.length : 0)) {
      violations.push({
        invariant: "I5",
        message: `${nameOf(item)} is ${item.status} with ${item.findings} findings`,
        at: history.length,
        about: item.id,
      });
    }
  }
  return violations;
};

/** I5: every template of a scan that was not cancelled is in exactly one subtask, those that were cut into parts aside. */
export const checkPlan = (history: readonly StoreEvent[], log: WorkLog, final: readonly FinalItem[]): Violation[] => {
  const whole = new Set(
    final.filter(({ queue, status }) => queue === "tasks" && status === "done").map(({ id }) => id),
  );
  return [...log.templates].flatMap(([taskId, templates]) => {
    if (!whole.has(taskId)) return [];
    const ended = final.filter((item) => item.taskId === taskId && !item.split).flatMap((item) => item.templates);
    return templates.flatMap((template): Violation[] => {
      const times = ended.filter((other) => other === template).length;
      const message = `${template} of ${taskId} is in ${times} subtasks`;
      return times === 1 ? [] : [{ invariant: "I5", message, at: history.length, about: taskId }];
    });
  });
};

/** I6: no counter beyond its limit; what always kills or always fails is dead by that limit, nothing else is dead. */
export const checkPoison = (history: readonly StoreEvent[], log: WorkLog, final: readonly FinalItem[]): Violation[] =>
  final.flatMap((item) => {
    const breach = (message: string): Violation[] => [
      { invariant: "I6", message: `${nameOf(item)} ${message}`, at: history.length, about: item.id },
    ];
    if (item.failures > retryLimits.failures) return breach(`counts ${item.failures} failures`);
    if (item.losses > retryLimits.losses) return breach(`counts ${item.losses} losses`);
    const expected = expectedDeath(item, log);
    if (item.deadBy === expected || item.status === "cancelled") return [];
    return breach(
      `with ${item.templates.join(" ")} is ${item.status}${item.deadBy === undefined ? "" : ` by ${item.deadBy}`}, expected ${expected ?? "no death"}`,
    );
  });

/** Only a subtask of one template may die: with several, the innocent ones would go with the guilty one. */
const expectedDeath = ({ templates, split }: FinalItem, log: WorkLog): "failures" | "losses" | undefined => {
  const [only] = templates;
  if (split || only === undefined || templates.length > 1) return undefined;
  return log.deadly.has(only) ? "losses" : log.hopeless.has(only) ? "failures" : undefined;
};

/** I16: after the last fault everything comes to an end. */
export const checkFinished = (history: readonly StoreEvent[], final: readonly FinalItem[]): Violation[] =>
  final.flatMap((item): Violation[] =>
    ends.has(item.status)
      ? []
      : [
          {
            invariant: "I16",
            message: `${nameOf(item)} is still ${item.status} at the end`,
            at: history.length,
            about: item.id,
          },
        ],
  );
