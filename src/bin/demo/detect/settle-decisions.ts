import type { Ledger } from "../ledger.ts";
import type { Outcome } from "./outcome.ts";

/**
 * Settles the tasks that were acknowledged against the decisions that were told. A task without one is lost; each one beyond the first was
 * made twice.
 * @param killedAtMs when a detector was killed, on the monotonic clock; undefined: none was
 */
export const settleDecisions = (outcomes: readonly Outcome[], killedAtMs: number | undefined): Ledger => {
  const ledger = { planned: outcomes.length, done: 0, doneTwice: 0, lost: 0 };
  let takeoverMs = 0;
  for (const { taskId, verdict, decisions, submittedAtMs, decidedAtMs } of outcomes) {
    const made = decisions.filter((decision) => decision.taskId === taskId).length;
    if (made > 0 && verdict.state === "decided") ledger.done += 1;
    else ledger.lost += 1;
    ledger.doneTwice += Math.max(0, made - 1);
    if (killedAtMs === undefined || submittedAtMs > killedAtMs || decidedAtMs < killedAtMs) continue;
    takeoverMs = Math.max(takeoverMs, decidedAtMs - killedAtMs);
  }
  const restarts = killedAtMs === undefined ? 0 : 1;
  return { system: "detect", ...ledger, restarts, takeoverMs: Math.round(takeoverMs) };
};
