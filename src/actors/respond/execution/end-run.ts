import { asError } from "../../../base/errors.ts";
import type { RunEnd } from "../../../engines/playbook/index.ts";
import type { Context } from "../../../kernel/index.ts";
import { StoreError } from "../../../store/index.ts";
import type { WorkerFailure } from "../../claims/failure.ts";
import type { RunRecord } from "../records/run-record.ts";
import type { RespondEvent } from "../setup.ts";
import { endedRun, finishChanges } from "./run-ends.ts";
import type { Executing, RunMessage, RunSetup } from "./run-protocol.ts";

/** Tells the actor once the last thing of this claim is kept, with what is to be notified then. */
export const tellWhenKept = (
  kept: Promise<void>,
  event: RespondEvent | undefined,
  { self }: Context<RunMessage>,
): void => {
  kept.then(
    () => self.tell({ type: "kept", event }),
    (error: unknown) => self.tell({ type: "not-kept", error: asError(error) }),
  );
};

export const endedEvent = (id: string, run: RunRecord & { readonly endedAtMs: number }): RespondEvent => ({
  ...{ type: "ended", runId: id, playbook: run.playbook.id, state: run.state },
  reason: run.failure?.reason,
  tookMs: Math.max(0, run.endedAtMs - (run.startedAtMs ?? run.endedAtMs)),
});

/** The process has ended: its run has, too, unless it can go on in another one. */
export const ended = (setup: RunSetup, { id, journal }: Executing, end: RunEnd, context: Context<RunMessage>): void => {
  const { claim, notify } = setup;
  context.timers.cancel("keep-log");
  const { fault, run } = journal;
  const final: RunEnd = fault === undefined ? end : { type: "failed", ...fault };
  if (final.type === "quiesced") {
    const event: RespondEvent = { type: "returned", runId: id };
    tellWhenKept(journal.end([{ type: "release", claim, reason: "returned" }]), event, context);
    return;
  }
  if (final.type === "lost" || final.type === "cancelled") {
    notify({ type: "lost", runId: id });
    fail(setup, { message: final.type === "lost" ? final.message : "its process was ended", killed: true }, context);
    return;
  }
  const record = endedRun(run, final, context.clock.wallMs());
  tellWhenKept(journal.end(finishChanges(claim, id, record)), endedEvent(id, record), context);
};

/** The claim goes back: another execution goes on from the journal. */
export const fail = ({ supervisor, claim }: RunSetup, failure: WorkerFailure, context: Context<RunMessage>): void => {
  supervisor.tell({ type: "run-failed", token: claim.token, failure });
  context.stopSelf();
};

/** Nothing is left to do under this claim. */
export const endClaim = ({ supervisor, claim }: RunSetup, context: Context<RunMessage>): void => {
  supervisor.tell({ type: "run-ended", token: claim.token });
  context.stopSelf();
};

/** @throws the error, unless it says that the claim is no longer held */
export const notKept = (setup: RunSetup, error: Error, context: Context<RunMessage>): void => {
  if (!(error instanceof StoreError && error.code === "stale-guard")) throw error;
  setup.notify({ type: "refused", runId: setup.claim.id });
  endClaim(setup, context);
};
