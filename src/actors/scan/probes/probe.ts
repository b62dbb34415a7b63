import { asError } from "../../../base/errors.ts";
import { failureCode } from "../../../base/in-span.ts";
import type { Span } from "../../../base/tracing.ts";
import { unreachable } from "../../../base/unreachable.ts";
import { same, type Address, type Context, type Props, type Same } from "../../../kernel/index.ts";
import { StoreError, type Change, type Claim } from "../../../store/index.ts";
import { claimSpan } from "../../claims/claim-span.ts";
import { failureOf, type WorkerFailure } from "../../claims/failure.ts";
import { remind } from "../../claims/remind.ts";
import { attempt } from "../../claims/store-calls.ts";
import type { ScanEvent, ScanSetup } from "../setup.ts";
import { renewEnd } from "../tasks/renew-end.ts";
import { parseSubtask, type ScanSubtask } from "../work.ts";
import { Admission } from "./admission.ts";
import { isSuspect, splitChanges } from "./split-subtask.ts";
import { subtaskChanges } from "./subtask-result.ts";
import type { TargetLimiter } from "./target-limiter.ts";

/** Runs one subtask at a time and stores what it found. Restarts on any error: the claim, not the actor, remembers the work. */
export type ProbeMessage =
  | { readonly type: "run"; readonly claim: Claim }
  /** The claim was lost or its task cancelled: stop, and report nothing. */
  | { readonly type: "cancel"; readonly token: number }
  /** The work is done, or was cut into parts: what is to be stored, and what to tell when it is. */
  | { readonly type: "worked"; readonly token: number; readonly changes: readonly Change[]; readonly event: ScanEvent }
  | { readonly type: "failed"; readonly token: number; readonly error: Error }
  /** The store did not answer: go on where that was. */
  | { readonly type: "again"; readonly token: number };

/** What a probe tells its pool. */
export type ProbeReport =
  /** It has begun a life and wants work. With a failure: the run of its last life has ended without a result. */
  | { readonly type: "ready"; readonly probe: number; readonly failure?: WorkerFailure }
  /** It is done with this claim and wants work. */
  | { readonly type: "ended"; readonly probe: number; readonly token: number };

interface Run {
  readonly claim: Claim;
  readonly subtask: ScanSubtask;
  readonly abort: AbortController;
  readonly span: Span;
  /** Set once the work is done and waits to be stored. */
  readonly done: { readonly changes: readonly Change[]; readonly event: ScanEvent } | undefined;
}

interface ProbeState {
  readonly run: Run | undefined;
}

const idle: ProbeState = { run: undefined };
const againMs = 250;

export interface ProbeSetup extends ScanSetup {
  readonly index: number;
  readonly pool: Address<ProbeReport>;
  readonly limiter: TargetLimiter;
}

const start = (setup: ProbeSetup, claim: Claim, context: Context<ProbeMessage>): ProbeState => {
  const subtask = parseSubtask(claim.body);
  const span = claimSpan(context.tracing, "scan subtask", claim);
  const run: Run = { claim, subtask, abort: new AbortController(), span, done: undefined };
  setup.notify({ type: "started", taskId: subtask.taskId, subtaskId: claim.id, probe: setup.index });
  context.tracing.run(span.context, () => work(setup, run, context));
  return { run };
};

/** Sets the engine to work; what comes of it is told to this actor. */
const work = (setup: ProbeSetup, { claim, subtask, abort }: Run, context: Context<ProbeMessage>): void => {
  const { token } = claim;
  const splits = isSuspect(claim) && subtask.templates.length > 1;
  (splits ? split(setup, claim, subtask) : execute(setup, claim, subtask, abort.signal)).then(
    (done) => context.self.tell({ type: "worked", token, ...done }),
    (error: unknown) => context.self.tell({ type: "failed", token, error: asError(error) }),
  );
};

const execute = async (
  { engine, limiter, settings }: ProbeSetup,
  claim: Claim,
  subtask: ScanSubtask,
  signal: AbortSignal,
): Promise<NonNullable<Run["done"]>> => {
  const admission = new Admission(limiter, subtask, signal);
  try {
    const oneAtATime = settings.concurrencyPerTarget !== undefined;
    const admit = limiter.limits(subtask.options) ? admission.admit : undefined;
    const outcome = await engine.run(subtask, { signal, admit, oneAtATime });
    const { taskId, requests } = subtask;
    return {
      changes: subtaskChanges(claim, subtask, outcome),
      event: { type: "finished", taskId, subtaskId: claim.id, requests },
    };
  } finally {
    await admission.end();
  }
};

const split = async (
  { engine }: ProbeSetup,
  claim: Claim,
  subtask: ScanSubtask,
): Promise<NonNullable<Run["done"]>> => ({
  changes: splitChanges(claim, subtask, await engine.split(subtask)),
  event: { type: "split", taskId: subtask.taskId, subtaskId: claim.id },
});

/**
 * Writes result, findings and end of the item in one commit under the claim's token. A store that does not answer is asked again until
 * the pool cancels the run, which it does when the claim has run out.
 */
const store = async (
  setup: ProbeSetup,
  run: Run,
  { changes, event }: NonNullable<Run["done"]>,
  context: Context<ProbeMessage>,
): Promise<ProbeState> => {
  const { claim, subtask } = run;
  const stored = await attempt(context, "finish", () => setup.space.commit({ type: "claim", claim }, changes));
  if (stored.status === "unavailable") {
    remind(context, "again", againMs, { type: "again", token: claim.token });
    return { run: { ...run, done: { changes, event } } };
  }
  run.span.end(stored.status === "ok" ? undefined : "stale-guard");
  setup.notify(stored.status === "ok" ? event : { type: "refused", taskId: subtask.taskId, subtaskId: claim.id });
  // A report that is not renewed now says less than is known, never more.
  if (stored.status === "ok") await attempt(context, "renew", () => renewEnd(setup.space, subtask.taskId));
  setup.pool.tell({ type: "ended", probe: setup.index, token: claim.token });
  return idle;
};

/** A failure of the work ends this life. A store that did not answer, when the engine asked it for a bundle, is none. */
const failed = (run: Run, error: Error, context: Context<ProbeMessage>): ProbeState => {
  if (!(error instanceof StoreError && error.retryable)) {
    run.span.end(failureCode(error));
    throw error;
  }
  context.log.warn({ err: error }, "the store did not answer");
  remind(context, "again", againMs, { type: "again", token: run.claim.token });
  return { run };
};

const receive = (
  setup: ProbeSetup,
  { run }: ProbeState,
  message: ProbeMessage,
  context: Context<ProbeMessage>,
): ProbeState | Same | Promise<ProbeState> => {
  if (message.type === "run") return start(setup, message.claim, context);
  // Of a run that is over.
  if (run?.claim.token !== message.token) return same;
  return context.tracing.run(run.span.context, () => goOn(setup, run, message, context));
};

const goOn = (
  setup: ProbeSetup,
  run: Run,
  message: Exclude<ProbeMessage, { readonly type: "run" }>,
  context: Context<ProbeMessage>,
): ProbeState | Same | Promise<ProbeState> => {
  switch (message.type) {
    case "cancel":
      run.abort.abort();
      run.span.end("cancelled");
      setup.pool.tell({ type: "ended", probe: setup.index, token: message.token });
      return idle;
    case "worked":
      return store(setup, run, message, context);
    case "again":
      if (run.done !== undefined) return store(setup, run, run.done, context);
      work(setup, run, context);
      return same;
    case "failed":
      return failed(run, message.error, context);
    default:
      return unreachable(message);
  }
};

export const probeProps = (setup: ProbeSetup): Props<ProbeState, ProbeMessage> => ({
  behavior: {
    initial: (context) => {
      const failure = failureOf(context.lastFailure);
      setup.pool.tell({ type: "ready", probe: setup.index, ...(failure === undefined ? {} : { failure }) });
      return idle;
    },
    receive: (state, message, context) => receive(setup, state, message, context),
    stopped: ({ run }) => {
      run?.abort.abort();
      run?.span.end("stopped");
    },
  },
});
