import type { RunEnd } from "../../../engines/playbook/index.ts";
import type { Change, ClaimRef } from "../../../store/index.ts";
import { runKey, waitingKey } from "../records/keys.ts";
import { endRunChanges } from "../records/run-changes.ts";
import type { RunRecord } from "../records/run-record.ts";
import { askAbout } from "./ask-about.ts";

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

/** The end of a run, under the claim on it. */
export const finishChanges = (
  claim: ClaimRef,
  id: string,
  run: RunRecord & { readonly endedAtMs: number },
): readonly Change[] => [
  ...endRunChanges(id, run),
  { type: "finish", claim, outcome: run.state === "failed" ? "failed" : "done" },
];

/** Ends the queue item of a run, which waits for a person from now on. */
export const askChanges = (
  claim: ClaimRef,
  id: string,
  run: RunRecord,
  steps: readonly number[],
): readonly Change[] => {
  const waiting: RunRecord = { ...run, state: "waiting", question: askAbout(steps) };
  return [
    { type: "put", key: runKey(id), value: waiting },
    { type: "put", key: waitingKey(id), value: run.playbook.version },
    { type: "finish", claim, outcome: "done" },
  ];
};
