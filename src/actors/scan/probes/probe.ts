import { unreachable } from "../../../base/unreachable.ts";
import { same, type Address, type Context, type Props, type Same } from "../../../kernel/index.ts";
import type { Change, Claim } from "../../../store/index.ts";
import type { SubtaskOutcome } from "../engine.ts";
import { failureOf, type WorkerFailure } from "../claims/failure.ts";
import { subtaskChanges } from "./subtask-result.ts";
import type { ScanSetup } from "../setup.ts";
import { attempt } from "../claims/store-calls.ts";
import type { TargetLimiter } from "./target-limiter.ts";
import { parseSubtask, type ScanSubtask } from "../work.ts";

/** Runs one subtask at a time and stores what it found. Restarts on any error: the claim, not the actor, remembers the work. */
export type ProbeMessage =
  | { readonly type: "run"; readonly claim: Claim }
  /** The claim was lost or its task cancelled: stop, and report nothing. */
  | { readonly type: "cancel"; readonly token: number }
  | { readonly type: "ran"; readonly token: number; readonly outcome: SubtaskOutcome }
  | { readonly type: "failed"; readonly token: number; readonly error: Error }
  | { readonly type: "store-again"; readonly token: number };

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
  /** Set once the work is done and waits to be stored. */
  readonly changes: readonly Change[] | undefined;
}

interface ProbeState {
  readonly run: Run | undefined;
}

const idle: ProbeState = { run: undefined };
const storeAgainMs = 250;

export interface ProbeSetup extends ScanSetup {
  readonly index: number;
  readonly pool: Address<ProbeReport>;
  readonly limiter: TargetLimiter;
}

const start = (setup: ProbeSetup, claim: Claim, context: Context<ProbeMessage>): ProbeState => {
  const subtask = parseSubtask(claim.body);
  const abort = new AbortController();
  const { signal } = abort;
  const { token } = claim;
  setup.notify({ type: "started", taskId: subtask.taskId, subtaskId: claim.id, probe: setup.index });
  setup.engine.run(subtask, { signal, admit: () => setup.limiter.take(subtask.target, signal) }).then(
    (outcome) => context.self.tell({ type: "ran", token, outcome }),
    (error: unknown) =>
      context.self.tell({ type: "failed", token, error: error instanceof Error ? error : new Error(String(error)) }),
  );
  return { run: { claim, subtask, abort, changes: undefined } };
};

/**
 * Writes result, findings and end of the item in one commit under the claim's token. A store that does not answer is asked again until
 * the pool cancels the run, which it does when the claim has run out.
 */
const store = async (setup: ProbeSetup, run: Run, context: Context<ProbeMessage>): Promise<ProbeState> => {
  const { claim, subtask, changes = [] } = run;
  const stored = await attempt(context, "finish", () => setup.space.commit({ type: "claim", claim }, changes));
  if (stored.status === "unavailable") {
    context.timers.once("store", storeAgainMs, { type: "store-again", token: claim.token });
    return { run };
  }
  setup.notify(
    stored.status === "ok"
      ? { type: "finished", taskId: subtask.taskId, subtaskId: claim.id, requests: subtask.requests }
      : { type: "refused", taskId: subtask.taskId, subtaskId: claim.id },
  );
  setup.pool.tell({ type: "ended", probe: setup.index, token: claim.token });
  return idle;
};

const receive = (
  setup: ProbeSetup,
  state: ProbeState,
  message: ProbeMessage,
  context: Context<ProbeMessage>,
): ProbeState | Same | Promise<ProbeState> => {
  const { run } = state;
  switch (message.type) {
    case "run":
      return start(setup, message.claim, context);
    case "cancel":
      if (run?.claim.token !== message.token) return same;
      run.abort.abort();
      setup.pool.tell({ type: "ended", probe: setup.index, token: message.token });
      return idle;
    case "ran":
      if (run?.claim.token !== message.token) return same;
      return store(setup, { ...run, changes: subtaskChanges(run.claim, run.subtask, message.outcome) }, context);
    case "store-again":
      return run?.claim.token === message.token ? store(setup, run, context) : same;
    case "failed":
      if (run?.claim.token !== message.token) return same;
      throw message.error;
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
    stopped: ({ run }) => run?.abort.abort(),
  },
});
