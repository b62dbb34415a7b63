import { unreachable } from "../base/unreachable.ts";
import { same, type Address, type Props } from "../kernel/index.ts";
import { membershipProps, type MembershipMessage, type MembershipSetup } from "./membership-actor.ts";

/** What keeps a node part of its cluster. */
export type SystemMessage =
  /** The node is going to leave: tell the others now. */
  | { readonly type: "drain" }
  /** The membership has stopped for good. */
  | { readonly type: "membership-gone" };

interface SystemState {
  readonly membership: Address<MembershipMessage>;
}

/** `/system`. A node without it is not part of the cluster any more: when it ends, by whatever cause, the node is told that it is lost. */
export const systemProps = (setup: MembershipSetup): Props<SystemState, SystemMessage> => ({
  dispatcher: "system",
  behavior: {
    initial: (context) => {
      const membership = context.spawn(membershipProps(setup), "membership");
      context.watch(membership, { type: "membership-gone" });
      return { membership };
    },
    receive: ({ membership }, message) => {
      switch (message.type) {
        case "drain":
          membership.tell(message);
          return same;
        case "membership-gone":
          setup.onLost();
          return same;
        default:
          return unreachable(message);
      }
    },
    stopped: () => setup.onLost(),
  },
});
