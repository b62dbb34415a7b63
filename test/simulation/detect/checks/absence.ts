import { parseAnswer } from "../../../../src/actors/detect/records/answer-record.ts";
import { parseTask } from "../../../../src/actors/detect/records/task-record.ts";
import { skippedResult } from "../../../../src/actors/detect/work.ts";
import type { Violation } from "../../../support/invariants/index.ts";
import { decisionsOf } from "./decided.ts";
import { detectPuts, type DetectionRecord } from "./detection-record.ts";

const leastMethods = 2;

/**
 * I25: nothing is white because somebody was absent. A decision that a required kind did not answer as often as required is degraded, names that
 * kind, and is not white; no more is one that requires fewer than two different kinds.
 */
export const checkAbsence = (record: DetectionRecord): Violation[] => {
  const answered = answersBefore(record);
  const requirements = new Map(
    detectPuts(record, "task/").map(({ name, value }) => [name, parseTask(value).requirement]),
  );
  return decisionsOf(record).flatMap(({ taskId, decision, put }): Violation[] => {
    const { trust, degraded, missing } = decision;
    const breach = (what: string): Violation => ({
      ...{ invariant: "I25", message: `task ${taskId} was decided as ${trust} ${what}`, at: put.at, about: taskId },
    });
    const isGivenUp = trust === "unknown" && missing.some(({ kind }) => kind === "decision");
    const required = requirements.get(taskId) ?? [];
    const absent = required.filter(({ kind, count }) => answered(taskId, kind, put.at) < count);
    const isOneSided = new Set(required.map(({ kind }) => kind)).size < leastMethods;
    if (absent.length === 0 && !isOneSided) return [];
    const names = absent.map(({ kind }) => kind);
    const why = isOneSided ? "by one method" : `without ${names.join()}`;
    const unnamed = names.filter((name) => !missing.some(({ kind }) => kind === name));
    return [
      ...(degraded ? [] : [breach(`and not as degraded, ${why}`)]),
      ...(unnamed.length === 0 || isGivenUp ? [] : [breach(`and does not name ${unnamed.join()}`)]),
      ...(trust === "white" ? [breach(why)] : []),
    ];
  });
};

/** How often detectors of a kind had answered for a task, or were not needed, at a place of the history. */
const answersBefore = (record: DetectionRecord): ((taskId: string, kind: string, at: number) => number) => {
  const places = new Map<string, number[]>();
  const answered = (taskId: string, kind: string, at: number): void => {
    const known = places.get(`${taskId} ${kind}`) ?? [];
    places.set(`${taskId} ${kind}`, [...known, at]);
  };
  for (const { name, value, at } of detectPuts(record, "answer/")) {
    const [taskId = "", kind = ""] = name.split("/");
    const { result } = parseAnswer(value).answer;
    if (result.outcome !== "error" || result.failure === "unsupported-type") answered(taskId, kind, at);
  }
  record.history.forEach((event, at) => {
    for (const change of event.type === "committed" ? event.changes : []) {
      if (change.type !== "finish" || change.result !== skippedResult) continue;
      const { queue, id } = change.claim;
      answered(id.split("/")[0] ?? "", queue.replace(/^kind-/, ""), at);
    }
  });
  return (taskId, kind, at) => (places.get(`${taskId} ${kind}`) ?? []).filter((place) => place < at).length;
};
