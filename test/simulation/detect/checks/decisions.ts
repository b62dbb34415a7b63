import { isDeepStrictEqual } from "node:util";
import { parseTask } from "../../../../src/actors/detect/records/task-record.ts";
import { storedDecision, type StoredDecision } from "../../../../src/actors/detect/records/verdict-record.ts";
import type { Violation } from "../../../support/invariants/index.ts";
import { centreSettings } from "../settings.ts";
import { decisionsOf } from "./decided.ts";
import { detectPuts, type DetectionRecord } from "./detection-record.ts";

/** What a task may take beyond its deadline while nothing goes wrong. */
const slackMs = 10_000;

/**
 * I23: each task gets one decision, which nobody changes: it is told as it was made, to everyone who waits for it. A verdict that does not hold
 * any more is made by another task.
 */
export const checkOneDecision = (record: DetectionRecord): Violation[] => {
  const { history, facts, acknowledged, tasks, endedAtMs, wallOffsetMs } = record;
  const violations: Violation[] = [];
  const breach = (about: string, message: string, at = history.length): void =>
    void violations.push({ invariant: "I23", message: `task ${about} ${message}`, at, about });

  const decided = new Map<string, StoredDecision>();
  for (const { taskId, decision, put } of decisionsOf(record)) {
    if (decided.has(taskId)) breach(taskId, "was decided once more", put.at);
    decided.set(taskId, decision);
  }
  const ended = new Set<string>();
  for (const { name, value, at } of detectPuts(record, "task/")) {
    const { state } = parseTask(value);
    if (ended.has(name)) breach(name, `had been decided and was then written as ${state}`, at);
    if (state === "decided") ended.add(name);
  }
  const dueMs = endedAtMs - centreSettings.deadlineMs - slackMs;
  for (const [id, { state, createdAtMs }] of tasks) {
    const isOverdue = createdAtMs - wallOffsetMs < dueMs || acknowledged.some(({ taskId }) => taskId === id);
    if (state === "open" && isOverdue) breach(id, "is not decided");
    if (state === "decided" && !decided.has(id)) breach(id, "is said to be decided, and no decision was written");
  }
  const told = new Set<string>();
  for (const fact of facts) {
    if (fact.type !== "told") continue;
    const { state, taskId = "", decision } = fact.verdict;
    const [waited = ""] = fact.id.split("/");
    if (state !== "decided" || decision === undefined) {
      breach(waited, `was told as ${state}`);
      continue;
    }
    told.add(`${waited} ${fact.url}`);
    const [is, was] = [storedDecision(decision), decided.get(taskId)];
    if (!isDeepStrictEqual(is, was))
      breach(taskId, `was told as ${is.trust} and decided as ${was?.trust ?? "nothing"}`);
  }
  for (const { taskId, url } of acknowledged) {
    if (!tasks.has(taskId)) breach(taskId, "was accepted and is gone");
    if (!told.has(`${taskId} ${url}`)) breach(taskId, `was never told to ${url}`);
  }
  return violations;
};
