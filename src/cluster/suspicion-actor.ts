import { asError } from "../base/errors.ts";
import { unreachable } from "../base/unreachable.ts";
import { same, type Context, type Props } from "../kernel/index.ts";
import { StoreError } from "../store/index.ts";
import { ClusterError } from "./errors.ts";
import type { Membership } from "./membership.ts";
import type { Verdict } from "./suspicion/jury.ts";
import { LoopLag } from "./suspicion/loop-lag.ts";
import type { SilentPeer, Suspects } from "./suspicion/suspects.ts";

/** Suspects the members that do not answer, and declares them dead when enough others suspect them too. */
export type SuspicionMessage =
  | { readonly type: "tick" }
  /** A judgement has ended. */
  | { readonly type: "judged"; readonly verdict: Verdict }
  | { readonly type: "failed"; readonly error: Error };

export interface SuspicionSetup {
  readonly membership: Membership;
  readonly suspects: Suspects;
}

/** State is mutable and private to the actor. */
interface SuspicionState {
  readonly lag: LoopLag;
  judging: boolean;
  /** No judgement before this; own monotonic clock. */
  restUntilMs: number;
}

/** Part of the lease. */
const restPart = 1 / 10;

/** Not awaited: while the store is asked the ticks go on, as they tell whether this process stands still. */
const tick = (
  { membership, suspects }: SuspicionSetup,
  state: SuspicionState,
  { self, clock, signal }: Context<SuspicionMessage>,
): void => {
  const nowMs = clock.monotonicMs();
  state.lag.tick(nowMs);
  const witness = (): readonly SilentPeer[] | undefined =>
    state.lag.isSteady(clock.monotonicMs()) ? suspects.silent() : undefined;
  if (state.judging || nowMs < state.restUntilMs || !membership.hasToJudge(witness)) return;
  state.judging = true;
  const tell = (message: SuspicionMessage): void => {
    // A next life judges anew.
    if (!signal.aborted) self.tell(message);
  };
  membership.judge(witness).then(
    (verdict) => tell({ type: "judged", verdict }),
    (thrown: unknown) => tell({ type: "failed", error: asError(thrown) }),
  );
};

/** What was to be done and could not be, such as while another one is at it, is tried again after a rest. */
const end = (setup: SuspicionSetup, state: SuspicionState, { clock }: Context<SuspicionMessage>): void => {
  state.judging = false;
  state.restUntilMs = clock.monotonicMs() + setup.membership.leaseMs * restPart;
};

const say = ({ suspected, withdrawn, declared }: Verdict, { log }: Context<SuspicionMessage>): void => {
  if (suspected.length > 0) log.warn({ nodes: suspected }, "suspected: nothing comes from them");
  if (withdrawn.length > 0) log.info({ nodes: withdrawn }, "no longer suspected");
  if (declared.length > 0) log.warn({ nodes: declared }, "declared dead: they are silent, and enough members say so");
};

const receive = (
  setup: SuspicionSetup,
  state: SuspicionState,
  message: SuspicionMessage,
  context: Context<SuspicionMessage>,
): typeof same => {
  switch (message.type) {
    case "tick":
      tick(setup, state, context);
      return same;
    case "judged":
      end(setup, state, context);
      say(message.verdict, context);
      return same;
    case "failed": {
      const { error } = message;
      end(setup, state, context);
      if (!((error instanceof StoreError || error instanceof ClusterError) && error.retryable)) throw error;
      context.log.warn({ err: error }, "suspicions could not be written down; trying again");
      return same;
    }
    default:
      return unreachable(message);
  }
};

/** `/system/suspicion`. */
export const suspicionProps = (setup: SuspicionSetup): Props<SuspicionState, SuspicionMessage> => ({
  dispatcher: "system",
  behavior: {
    initial: (context) => {
      const lag = new LoopLag(setup.membership.leaseMs, context.clock.monotonicMs());
      context.timers.every("tick", lag.periodMs, { type: "tick" });
      return { lag, judging: false, restUntilMs: Number.NEGATIVE_INFINITY };
    },
    receive: (state, message, context) => receive(setup, state, message, context),
  },
});
