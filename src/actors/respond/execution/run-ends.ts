import type { RunEnd } from "../../../engines/playbook/index.ts";
import type { Change, ClaimRef } from "../../../store/index.ts";
import { putAnswers, type GivenAnswers } from "../records/given-answers.ts";
import { runKey, waitingKey } from "../records/keys.ts";
import { endRunChanges, itemChange } from "../records/run-changes.ts";
import type { RunRecord } from "../records/run-record.ts";
import type { RespondEvent } from "../setup.ts";

/** An end of an execution that is an end of its run. */
export type FinalEnd = Extract<RunEnd, { readonly type: "done" | "skipped" | "failed" }>;

const messageChars = 2_000;

/** A run that has ended, as it is written down. */
export const endedRun = (
  run: RunRecord,
  end: FinalEnd,
  endedAtMs: number,
): RunRecord & { readonly endedAtMs: number } => {
  const base = { ...run, state: end.type, endedAtMs };
  switch (end.type) {
    case "done":
      return { ...base, output: end.output };
    case "skipped":
      return { ...base, filter: end.filter.slice(0, messageChars) };
    case "failed":
      return { ...base, failure: { reason: end.reason, message: end.message.slice(0, messageChars) } };
  }
};

/** What is notified of it. */
export const endedEvent = (id: string, run: RunRecord & { readonly endedAtMs: number }): RespondEvent => ({
  ...{ type: "ended", runId: id, playbook: run.playbook.id, state: run.state },
  reason: run.failure?.reason,
  tookMs: Math.max(0, run.endedAtMs - (run.startedAtMs ?? run.endedAtMs)),
});

/**
 * The end of a run, under the claim on it.
 * @param expectedVersion of its record; absent: only the holder of the claim writes it now
 */
export const finishChanges = (
  claim: ClaimRef,
  id: string,
  run: RunRecord & { readonly endedAtMs: number },
  expectedVersion?: number,
): readonly Change[] => [
  ...endRunChanges(id, run, expectedVersion),
  { type: "finish", claim, outcome: run.state === "failed" ? "failed" : "done" },
];

/** A run under a claim, and what it was last told. */
export interface Parkable {
  readonly id: string;
  readonly run: RunRecord;
  readonly given: GivenAnswers;
  /** Of its record; absent: only the holder of the claim writes it now. */
  readonly version?: number;
}

/** What a run waits for: answers, a time, or both. */
export interface Waits {
  readonly question: RunRecord["question"] | undefined;
  /** Wall time. */
  readonly untilMs: number | undefined;
}

/** What is written to let go of a run, in one commit, and what is notified then. */
export interface Parked {
  readonly rest: readonly Change[];
  readonly event: RespondEvent;
}

/** Ends the queue item of a run, which waits from now on. If it goes on by itself, its next item falls due then. */
export const parkedRun = (
  claim: ClaimRef,
  { id, run, given, version }: Parkable,
  { question, untilMs }: Waits,
  nowMs: number,
): Parked => {
  const waiting: RunRecord = {
    ...{ ...run, state: "waiting" },
    ...(question === undefined ? {} : { question }),
    ...(untilMs === undefined ? {} : { untilMs, resumes: run.resumes + 1 }),
  };
  const rest: readonly Change[] = [
    { type: "put", key: runKey(id), value: waiting, ...(version === undefined ? {} : { expectedVersion: version }) },
    { type: "put", key: waitingKey(id), value: run.playbook.version },
    ...(given.version === 0 ? [] : [putAnswers(id, [], given)]),
    { type: "finish", claim, outcome: "done" },
    ...(untilMs === undefined ? [] : [itemChange(id, waiting, Math.max(0, Math.ceil(untilMs - nowMs)))]),
  ];
  if (question === undefined) return { rest, event: { type: "waits", runId: id, untilMs } };
  return { rest, event: { type: "asked", runId: id, steps: question.unknown.length + question.manual.length } };
};
