import { asError } from "../../../base/errors.ts";
import type { RunEnd } from "../../../engines/playbook/index.ts";
import type { Context } from "../../../kernel/index.ts";
import { StoreError } from "../../../store/index.ts";
import type { WorkerFailure } from "../../claims/failure.ts";
import type { RespondEvent } from "../setup.ts";
import { endedEvent, endedRun, finishChanges } from "./run-ends.ts";
import type { Executing, RunMessage, RunPhase, RunSetup } from "./run-protocol.ts";

/** Tells the actor once the last thing of this claim is kept, with what is to be notified then. */
const tellWhenKept = (kept: Promise<void>, event: RespondEvent | undefined, { self }: Context<RunMessage>): void => {
  kept.then(
    () => self.tell({ type: "kept", event }),
    (error: unknown) => self.tell({ type: "not-kept", error: asError(error) }),
  );
};

/** The process has ended: its run has, too, unless it waits or can go on in another one. */
export const ended = (
  setup: RunSetup,
  { id, journal }: Executing,
  end: RunEnd,
  context: Context<RunMessage>,
): RunPhase => {
  const { claim, notify } = setup;
  context.timers.cancel("keep-log");
  context.timers.cancel("answers");
  const fault = journal.fault ?? (end.type === "waits" ? journal.faultOfWaiting(end.untilMs) : undefined);
  const { run } = journal;
  const final: RunEnd = fault === undefined ? end : { type: "failed", ...fault };
  if (final.type === "waits") {
    context.self.tell({ type: "park" });
    return { type: "parking", id, journal, untilMs: final.untilMs };
  }
  const ending: RunPhase = { type: "ending" };
  if (final.type === "quiesced") {
    const event: RespondEvent = { type: "returned", runId: id };
    tellWhenKept(journal.end([{ type: "release", claim, reason: "returned" }]), event, context);
    return ending;
  }
  if (final.type === "lost" || final.type === "cancelled") {
    notify({ type: "lost", runId: id });
    fail(setup, { message: final.type === "lost" ? final.message : "its process was ended", killed: true }, context);
    return ending;
  }
  const record = endedRun(run, final, context.clock.wallMs());
  tellWhenKept(journal.end(finishChanges(claim, id, record)), endedEvent(id, record), context);
  return ending;
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
