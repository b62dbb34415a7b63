import { unreachable } from "../base/unreachable.ts";
import { same, type Context, type Props } from "../kernel/index.ts";
import { StoreError } from "../store/index.ts";
import { ClusterError } from "./errors.ts";
import type { Membership } from "./membership.ts";
import type { TableView } from "./table.ts";

/** Follows the table, and declares members dead whose leases have run out. */
export type MembershipMessage =
  /** Look at the table and at the others' leases. */
  | { readonly type: "look" }
  /** Wait for a change, at most this long, and look. */
  | { readonly type: "wait"; readonly mostMs: number }
  /** The node is going to leave: say so in the table. */
  | { readonly type: "drain" };

export interface MembershipActorSetup {
  readonly membership: Membership;
  /** Each version of the table that was seen, the first one included. */
  readonly onTable: (view: TableView) => void;
  /** Once: the node is no longer part of the cluster and has to end. */
  readonly onLost: () => void;
}

/** State is mutable and private to the actor. */
interface MembershipState {
  toldVersion: number;
  /** It has been said that the store does not answer, and it has not answered since. */
  failureSaid: boolean;
  lost: boolean;
}

/** Parts of the lease. Changes that follow one another are read together. */
const restPart = 1 / 60;
const retryPart = 1 / 20;

const look = async (
  { membership, onTable, onLost }: MembershipActorSetup,
  state: MembershipState,
  context: Context<MembershipMessage>,
): Promise<void> => {
  const { lost, nextInMs, declared } = await membership.look();
  state.failureSaid = false;
  if (lost) {
    state.lost = true;
    context.log.fatal("this incarnation of the node was declared dead or replaced, or the store lost it: it ends");
    return onLost();
  }
  if (declared.length > 0) context.log.warn({ nodes: declared }, "declared dead: their leases had run out");
  const view = membership.view();
  if (view.version > state.toldVersion) {
    state.toldVersion = view.version;
    onTable(view);
  }
  const restMs = membership.leaseMs * restPart;
  if (nextInMs <= restMs) next(context, nextInMs, { type: "look" });
  else next(context, restMs, { type: "wait", mostMs: nextInMs - restMs });
};

/** The node may have been told to leave while the store was asked. */
const next = (context: Context<MembershipMessage>, delayMs: number, message: MembershipMessage): void => {
  if (!context.signal.aborted) context.timers.once("next", delayMs, message);
};

/** Not awaited: whoever says "drain" does not wait for the cluster to change. */
const wait = (membership: Membership, mostMs: number, { self, signal }: Context<MembershipMessage>): void => {
  const tell = (): void => {
    // A next life has begun looking by itself.
    if (!signal.aborted) self.tell({ type: "look" });
  };
  // A store that does not answer says so at the look.
  membership.changed(mostMs).then(tell, tell);
};

const tryTo = async (
  work: () => Promise<void>,
  again: MembershipMessage,
  { membership }: MembershipActorSetup,
  state: MembershipState,
  context: Context<MembershipMessage>,
): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!((error instanceof StoreError || error instanceof ClusterError) && error.retryable)) throw error;
    if (!state.failureSaid) context.log.warn({ err: error }, "the table of members cannot be reached; trying again");
    state.failureSaid = true;
    const pauseMs = membership.leaseMs * retryPart * (1 + context.random.next());
    if (!context.signal.aborted) context.timers.once(again.type === "drain" ? "drain" : "next", pauseMs, again);
  }
};

const receive = async (
  setup: MembershipActorSetup,
  state: MembershipState,
  message: MembershipMessage,
  context: Context<MembershipMessage>,
): Promise<typeof same> => {
  if (state.lost) return same;
  switch (message.type) {
    case "look":
      await tryTo(() => look(setup, state, context), message, setup, state, context);
      return same;
    case "wait":
      wait(setup.membership, message.mostMs, context);
      return same;
    case "drain":
      await tryTo(() => setup.membership.drain(), message, setup, state, context);
      return same;
    default:
      return unreachable(message);
  }
};

/** `/system/membership`. */
export const membershipProps = (setup: MembershipActorSetup): Props<MembershipState, MembershipMessage> => ({
  dispatcher: "system",
  behavior: {
    initial: (context) => {
      context.self.tell({ type: "look" });
      return { toldVersion: -1, failureSaid: false, lost: false };
    },
    receive: (state, message, context) => receive(setup, state, message, context),
  },
});
