import { unreachable } from "../../../base/unreachable.ts";
import { same, type Address, type Context, type Props, type Supervision } from "../../../kernel/index.ts";
import type { Claim } from "../../../store/index.ts";
import { HeldClaims } from "../../claims/held-claims.ts";
import { longestWaitMs, lookOnChange } from "../../claims/look-on-change.ts";
import { remind } from "../../claims/remind.ts";
import { attempt } from "../../claims/store-calls.ts";
import { PlaybookCode } from "../records/playbook-code.ts";
import type { RespondSetup } from "../setup.ts";
import { runQueue } from "../work.ts";
import { runProps, type RunMessage, type RunReport } from "./run.ts";

/**
 * The supervisor of the runs that a node executes. It claims as many as there are free processes, and ends those whose claims are lost: a
 * cancelled run is noticed with the next heartbeat at the latest.
 */
export type RunSupervisorMessage =
  | RunReport
  /** A run actor has stopped, for whatever reason. */
  | { readonly type: "run-gone"; readonly token: number }
  /** Runs wait, or a process is free. Only a hint. */
  | { readonly type: "work" }
  /** This run may have been cancelled. Only a hint. */
  | { readonly type: "check"; readonly runId: string }
  /** The store has changed, or something falls due. */
  | { readonly type: "look"; readonly seen: number }
  | { readonly type: "again" }
  | { readonly type: "heartbeat" };

/** State is mutable and private to the actor. */
interface RunSupervisorState {
  readonly held: HeldClaims<Address<RunMessage>>;
  readonly code: PlaybookCode;
  /** Claims whose runs have not taken their process yet. */
  readonly starting: Set<number>;
  /** `work` was told and is not handled yet. */
  woken: boolean;
  /** Someone waits for a change of the store and will tell `look`. */
  watching: boolean;
  /** An item waits to be the only one of this node: nothing else is begun until it was. */
  aloneWaiting: boolean;
  seen: number;
  /** Not before this may an item that falls due be looked for, while nothing is waiting. */
  nextDueMs: number;
}

const retryMs = 250;
/** A cancelled run has no process after a second, of which its end takes a part. */
const longestHeartbeatMs = 400;

/** A run that fails reports it in its next life and ends; its claim goes back with a failure counted. So restarts are few. */
const supervision: Partial<Supervision> = {
  strategy: "one-for-one",
  maxRestarts: 3,
  withinMs: 60_000,
  whenExhausted: "stop",
  backoff: undefined,
};

const freeOf = ({ runner }: RespondSetup, { starting }: RunSupervisorState): number => runner.free - starting.size;

/** Claims what can be begun now. The space changes with every event and step: whether something waits costs a read only. */
const pull = async (
  setup: RespondSetup,
  state: RunSupervisorState,
  context: Context<RunSupervisorMessage>,
): Promise<void> => {
  const slots = freeOf(setup, state);
  // Whoever ends looks then.
  if (slots <= 0 || (state.aloneWaiting && state.held.size > 0)) return;
  if (context.clock.monotonicMs() < state.nextDueMs) {
    const counts = await attempt(context, "counts", () => setup.space.queue.counts(runQueue));
    if (counts.status === "ok" && counts.value.waiting === 0) return wait(setup, state, context);
  }
  const { space, owner, settings } = setup;
  const claimed = await attempt(context, "claim", () =>
    space.queue.claim({ queue: runQueue, owner, slots, leaseMs: settings.leaseMs, holding: state.held.size }),
  );
  if (claimed.status !== "ok") {
    remind(context, "again", retryMs, { type: "again" });
    return;
  }
  const { claims, aloneWaiting, nextInMs } = claimed.value;
  state.aloneWaiting = aloneWaiting;
  for (const claim of claims) await take(setup, state, claim, context);
  state.nextDueMs = context.clock.monotonicMs() + (nextInMs ?? longestWaitMs);
  if (freeOf(setup, state) > 0) wait(setup, state, context);
};

const take = async (
  setup: RespondSetup,
  state: RunSupervisorState,
  claim: Claim,
  context: Context<RunSupervisorMessage>,
): Promise<void> => {
  if (context.signal.aborted) {
    // It ends, and can start no run any more.
    await giveBack(setup, claim, 0, context);
    return;
  }
  const run = context.spawn(
    runProps({ ...setup, claim, code: state.code, supervisor: context.self }),
    `run-${claim.id}-${claim.token}`,
  );
  context.watch(run, { type: "run-gone", token: claim.token });
  state.held.add(claim, run);
  state.starting.add(claim.token);
};

const giveBack = async (
  { space }: RespondSetup,
  claim: Claim,
  delayMs: number,
  context: Context<RunSupervisorMessage>,
): Promise<void> => {
  await attempt(context, "return", () =>
    space.commit(undefined, [{ type: "release", claim, reason: "returned", delayMs }]),
  );
};

/** Waits outside of the actor's turns for a change of the space, or until something falls due. */
const wait = (setup: RespondSetup, state: RunSupervisorState, context: Context<RunSupervisorMessage>): void => {
  if (state.watching) return;
  state.watching = true;
  lookOnChange(setup.space, state.seen, state.nextDueMs - context.clock.monotonicMs(), context);
};

/** Ends the runs whose claims are no longer held. */
const keep = async (
  setup: RespondSetup,
  state: RunSupervisorState,
  some: ((claim: Claim) => boolean) | undefined,
  context: Context<RunSupervisorMessage>,
): Promise<void> => {
  await attempt(context, "extend", () => state.held.extend(setup.settings.leaseMs, some));
  for (const { claim, worker } of state.held.overdue(context.clock.monotonicMs())) {
    setup.notify({ type: "claim-lost", id: claim.id });
    void context.stop(worker);
  }
};

const isOf =
  (runId: string) =>
  ({ id }: Claim): boolean =>
    id === runId || id.startsWith(`${runId}.`);

const receive = async (
  setup: RespondSetup,
  state: RunSupervisorState,
  message: RunSupervisorMessage,
  context: Context<RunSupervisorMessage>,
): Promise<typeof same> => {
  switch (message.type) {
    case "run-started":
      state.starting.delete(message.token);
      if (freeOf(setup, state) > 0) wait(setup, state, context);
      return same;
    case "run-ended":
      state.held.take(message.token);
      // Otherwise its process tells when it is free.
      if (!state.aloneWaiting) return same;
      break;
    case "run-failed":
      state.held.giveUp(message.token, message.failure);
      break;
    case "run-returned": {
      const claim = state.held.take(message.token);
      if (claim !== undefined) await giveBack(setup, claim, retryMs, context);
      break;
    }
    case "run-gone":
      state.starting.delete(message.token);
      state.held.giveUp(message.token, { message: "the run actor was stopped", killed: true });
      break;
    case "work":
      state.woken = false;
      break;
    case "again":
      break;
    case "look":
      state.watching = false;
      state.seen = message.seen;
      break;
    case "check":
      await keep(setup, state, isOf(message.runId), context);
      return same;
    case "heartbeat":
      await keep(setup, state, undefined, context);
      return same;
    default:
      return unreachable(message);
  }
  if (!(await state.held.release(context))) remind(context, "again", retryMs, { type: "again" });
  await pull(setup, state, context);
  return same;
};

/** However often it is hinted at, the actor is woken once. */
const listen = (
  { hints, runner }: RespondSetup,
  state: RunSupervisorState,
  { self, signal }: Context<RunSupervisorMessage>,
): void => {
  const wake = (): void => {
    if (state.woken) return;
    state.woken = true;
    self.tell({ type: "work" });
  };
  const ends = [
    runner.onFree(wake),
    hints?.listen((hint) => {
      if (hint.type === "runs") wake();
      else if (hint.type === "check") self.tell(hint);
    }),
  ];
  signal.addEventListener("abort", () => ends.forEach((end) => end?.()), { once: true });
};

/** `/respond/runs`. */
export const runSupervisorProps = (setup: RespondSetup): Props<RunSupervisorState, RunSupervisorMessage> => ({
  supervision,
  behavior: {
    initial: (context) => {
      const { space, settings } = setup;
      const state: RunSupervisorState = {
        held: new HeldClaims(space),
        code: new PlaybookCode(space, context.clock, settings.retainMs),
        starting: new Set(),
        ...{ woken: false, watching: false, aloneWaiting: false, seen: 0, nextDueMs: 0 },
      };
      listen(setup, state, context);
      const heartbeatMs = Math.min(settings.leaseMs / 3, longestHeartbeatMs);
      context.timers.every("heartbeat", heartbeatMs, { type: "heartbeat" });
      context.self.tell({ type: "work" });
      return state;
    },
    receive: (state, message, context) => receive(setup, state, message, context),
    stopped: (state, context) => state.held.returnAll(context),
  },
});
