import { same, type Context, type Props } from "../kernel/index.ts";
import { StoreError } from "../store/index.ts";
import type { Membership } from "./membership.ts";

/** Renews the node's lease, and nothing else: it must not wait for anything. */
export interface LeaseMessage {
  readonly type: "renew";
}

export interface LeaseSetup {
  readonly membership: Membership;
  /** After each renewal, with the node's own deadline (own monotonic clock). */
  readonly onRenewed: (untilMs: number) => void;
  /** Once: the node is no longer part of the cluster and has to end. */
  readonly onLost: () => void;
}

/** State is mutable and private to the actor. */
interface LeaseState {
  /** When the store last prolonged the lease. */
  takenAtMs: number;
  /** It has been said that renewals come late, and none has come in time since. */
  lateSaid: boolean;
  /** It has been said that the store does not answer, and it has not answered since. */
  failureSaid: boolean;
  lost: boolean;
}

/** Parts of the lease. */
const intervalPart = 1 / 3;
const latePart = 2 / 3;
/** Between tries while the store does not answer: at random up to twice of it. */
const retryPart = 1 / 20;

const renew = async (setup: LeaseSetup, state: LeaseState, context: Context<LeaseMessage>): Promise<typeof same> => {
  const { membership, onRenewed, onLost } = setup;
  const { clock, log } = context;
  if (state.lost) return same;
  const begunMs = clock.monotonicMs();
  const retryMs = membership.leaseMs * retryPart * (1 + context.random.next());
  let pauseMs = retryMs;
  try {
    const renewal = await membership.renew();
    state.failureSaid = false;
    if (renewal === "lost") {
      state.lost = true;
      log.fatal("this incarnation of the node was declared dead, or another process has its id: it ends");
      onLost();
      return same;
    }
    if (renewal === "regained") log.warn("the node's lease had run out and was taken again");
    if (renewal !== "contested") {
      sayIfLate(membership.leaseMs * latePart, state, begunMs, context);
      onRenewed(membership.ownDeadlineMs());
      pauseMs = Math.max(0, begunMs + membership.leaseMs * intervalPart - clock.monotonicMs());
    }
  } catch (error) {
    if (!(error instanceof StoreError && error.retryable)) throw error;
    if (!state.failureSaid) log.warn({ err: error }, "the store did not prolong the node's lease; trying again");
    state.failureSaid = true;
  }
  // The node may have been told to leave while the store was asked.
  if (!context.signal.aborted) context.timers.once("renew", pauseMs, { type: "renew" });
  return same;
};

/** Once for each time in which renewals come late. */
const sayIfLate = (lateMs: number, state: LeaseState, begunMs: number, { clock, log }: Context<LeaseMessage>): void => {
  const nowMs = clock.monotonicMs();
  const sinceLastMs = nowMs - state.takenAtMs;
  const late = sinceLastMs > lateMs;
  if (late && !state.lateSaid) {
    const facts = { sinceLastMs: Math.round(sinceLastMs), storeMs: Math.round(nowMs - begunMs) };
    log.warn(facts, "renewals of the node's lease come late: this process or the store is too busy");
  }
  state.lateSaid = late;
  state.takenAtMs = nowMs;
};

/** `/system/lease`. */
export const leaseProps = (setup: LeaseSetup): Props<LeaseState, LeaseMessage> => ({
  dispatcher: "system",
  behavior: {
    initial: (context) => {
      context.self.tell({ type: "renew" });
      return { takenAtMs: context.clock.monotonicMs(), lateSaid: false, failureSaid: false, lost: false };
    },
    receive: (state, _message, context) => renew(setup, state, context),
  },
});
