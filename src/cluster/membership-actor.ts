import { unreachable } from "../base/unreachable.ts";
import { same, type Context, type Props } from "../kernel/index.ts";
import { StoreError } from "../store/index.ts";
import type { Membership } from "./membership.ts";

/** Keeps this node's lease and heartbeat. It has a dispatcher beside the one of the scans, so that they do not delay it. */
export type MembershipMessage =
  | { readonly type: "beat" }
  /** The node is going to leave: tell the others now. */
  | { readonly type: "drain" };

export interface MembershipSetup {
  readonly membership: Membership;
  /** The node is no longer part of the cluster, such as when its id belongs to another process now: it has to end. */
  readonly onLost: () => void;
}

/** State is mutable and private to the actor. */
interface MembershipState {
  /** When the store last took a heartbeat. */
  takenAtMs: number;
  /** It has been said that heartbeats come late, and none has come in time since. */
  lateSaid: boolean;
  lost: boolean;
}

const intervalMs = 1_000;
/** Two thirds of what a heartbeat holds: later, the others are close to thinking that this node is gone. */
const lateMs = 2_000;

const whyLost = {
  lost: "another process has this node's id: this one ends",
  excluded: "nodes with other settings joined while this one was silent: it ends",
} as const;

const beat = async (
  { membership, onLost }: MembershipSetup,
  state: MembershipState,
  context: Context<MembershipMessage>,
): Promise<void> => {
  if (state.lost) return;
  const begunMs = context.clock.monotonicMs();
  try {
    const renewal = await membership.renew();
    if (renewal === "lost" || renewal === "excluded") {
      state.lost = true;
      context.log.fatal(whyLost[renewal]);
      return onLost();
    }
    if (renewal === "regained") context.log.warn("the node's lease had run out and was taken again");
    sayIfLate(state, begunMs, context);
  } catch (error) {
    if (!(error instanceof StoreError && error.retryable)) throw error;
    context.log.warn({ err: error }, "the store did not take the heartbeat; trying again");
  }
  // The node may have been told to leave while the store was asked.
  if (context.signal.aborted) return;
  const tookMs = context.clock.monotonicMs() - begunMs;
  context.timers.once("beat", Math.max(0, intervalMs - tookMs), { type: "beat" });
};

/** Once for each time in which heartbeats come late. */
const sayIfLate = (state: MembershipState, begunMs: number, context: Context<MembershipMessage>): void => {
  const nowMs = context.clock.monotonicMs();
  const sinceLastMs = nowMs - state.takenAtMs;
  const late = sinceLastMs > lateMs;
  if (late && !state.lateSaid) {
    const facts = { sinceLastMs: Math.round(sinceLastMs), storeMs: Math.round(nowMs - begunMs) };
    context.log.warn(facts, "heartbeats come late: this process or the store is too busy");
  }
  state.lateSaid = late;
  state.takenAtMs = nowMs;
};

const receive = async (
  setup: MembershipSetup,
  state: MembershipState,
  message: MembershipMessage,
  context: Context<MembershipMessage>,
): Promise<typeof same> => {
  switch (message.type) {
    case "drain":
      setup.membership.drain();
      break;
    case "beat":
      break;
    default:
      return unreachable(message);
  }
  await beat(setup, state, context);
  return same;
};

/** `/system/membership`. */
export const membershipProps = (setup: MembershipSetup): Props<MembershipState, MembershipMessage> => ({
  dispatcher: "system",
  behavior: {
    initial: (context) => {
      context.self.tell({ type: "beat" });
      return { takenAtMs: context.clock.monotonicMs(), lateSaid: false, lost: false };
    },
    receive: (state, message, context) => receive(setup, state, message, context),
  },
});
