import { unreachable } from "../../../base/unreachable.ts";
import type { Change, Claim } from "../../../store/index.ts";
import { putAnswers } from "../records/given-answers.ts";
import { runKey, stepKey, waitingKey } from "../records/keys.ts";
import type { StepRecord } from "../records/step-record.ts";
import type { RespondEvent } from "../setup.ts";
import { askAbout } from "./ask-about.ts";
import type { Loaded } from "./load-run.ts";
import { endedEvent, endedRun, finishChanges, parkedRun } from "./run-ends.ts";

/** What is written down before anything is done under a claim. */
export interface Opening {
  /** Of the journal. They may be kept in parts: kept without the rest, they change nothing. */
  readonly steps: readonly Change[];
  /** In one commit, after them. It is refused unless the run is still as it was read. */
  readonly rest: readonly Change[];
  /** To be notified then. */
  readonly event: RespondEvent | undefined;
}

/** @param nowMs wall time */
export const openingOf = (claim: Claim, loaded: Loaded, nowMs: number): Opening => {
  switch (loaded.type) {
    case "over":
      return { steps: [], rest: [{ type: "finish", claim, outcome: "done" }], event: undefined };
    case "missing": {
      const { stored, message } = loaded;
      const run = endedRun(stored.run, { type: "failed", reason: "invalid", message }, nowMs);
      const rest = finishChanges(claim, stored.id, run, stored.version);
      return { steps: [], rest, event: endedEvent(stored.id, run) };
    }
    case "ask": {
      const { stored, run, steps, changed, given } = loaded;
      const waits = { question: askAbout(steps), untilMs: undefined };
      const parked = parkedRun(claim, { id: stored.id, run, given, version: stored.version }, waits, nowMs);
      return { steps: puts(stored.id, changed), ...parked };
    }
    case "execute":
      return { ...beginning(loaded), event: undefined };
    default:
      return unreachable(loaded);
  }
};

/** A process may begin: of steps that a person let be repeated, that is used up, and from here on the run can be told answers. */
const beginning = (loaded: Extract<Loaded, { readonly type: "execute" }>): Pick<Opening, "steps" | "rest"> => {
  const { begun, stored, run, changed, given, work } = loaded;
  const { id, version, run: before } = stored;
  if (begun) return { steps: [], rest: [] };
  return {
    steps: puts(id, changed),
    rest: [
      { type: "put", key: runKey(id), value: run, expectedVersion: version },
      ...(before.state === "waiting" ? [{ type: "delete", key: waitingKey(id) } as const] : []),
      ...(work.playbook.kind === "cacao" ? [putAnswers(id, [], given)] : []),
    ],
  };
};

const puts = (id: string, steps: readonly StepRecord[]): readonly Change[] =>
  steps.map((step) => ({ type: "put", key: stepKey(id, step.n), value: step }));
