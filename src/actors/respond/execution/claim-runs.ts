import type { Context } from "../../../kernel/index.ts";
import type { Claim } from "../../../store/index.ts";
import { longestWaitMs, lookOnChange } from "../../claims/look-on-change.ts";
import { remind } from "../../claims/remind.ts";
import { attempt } from "../../claims/store-calls.ts";
import type { RespondSetup } from "../setup.ts";
import { runQueue } from "../work.ts";
import { runProps } from "./run.ts";
import type { RunSupervisorMessage, RunSupervisorState } from "./supervisor-protocol.ts";

export const retryMs = 250;

/** Processes for runs that are not claimed yet. */
export const freeOf = ({ runner }: RespondSetup, { starting }: RunSupervisorState): number =>
  runner.free - starting.size;

/** Claims what can be begun now. The space changes with every event and step: whether something waits costs a read only. */
export const pull = async (
  setup: RespondSetup,
  state: RunSupervisorState,
  context: Context<RunSupervisorMessage>,
): Promise<void> => {
  if (state.quiescing !== undefined) return;
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
  // What others add meanwhile may fall due before what is there now.
  state.nextDueMs = context.clock.monotonicMs() + Math.min(nextInMs ?? longestWaitMs, longestWaitMs);
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
    await attempt(context, "return", () =>
      setup.space.commit(undefined, [{ type: "release", claim, reason: "returned" }]),
    );
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

/** Waits outside of the actor's turns for a change of the space, or until something falls due. */
export const wait = (setup: RespondSetup, state: RunSupervisorState, context: Context<RunSupervisorMessage>): void => {
  if (state.watching) return;
  state.watching = true;
  lookOnChange(setup.space, state.seen, state.nextDueMs - context.clock.monotonicMs(), context);
};
