import { scanSpace } from "../../src/actors/scan/index.ts";
import { retryLimits } from "../../src/store/index.ts";
import type { Violation } from "../support/invariants/index.ts";
import type { FinalItem, StoreEvent, WorkLog } from "./store-history.ts";

const nameOf = ({ queue, id }: { readonly queue: string; readonly id: string }): string => `${queue}/${id}`;

const ends = new Set(["done", "failed", "cancelled", "dead"]);

/** I4: every acknowledged task, and every subtask that the store accepted, has ended or is still there. */
export const checkNothingLost = (
  history: readonly StoreEvent[],
  log: WorkLog,
  final: readonly FinalItem[],
): Violation[] => {
  const known = new Map(final.map((item) => [nameOf(item), item]));
  const accepted = history.flatMap((event) =>
    event.type === "committed" && event.space === scanSpace
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
