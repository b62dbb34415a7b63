import { unreachable } from "../base/unreachable.ts";
import { same, type Address, type Context, type Props } from "../kernel/index.ts";
import { leaseProps } from "./lease-actor.ts";
import { membershipProps, type MembershipMessage } from "./membership-actor.ts";
import type { MembershipEvent } from "./membership-event.ts";
import type { Membership } from "./membership.ts";

/** What keeps a node part of its cluster. */
export type SystemMessage =
  /** The node is going to leave: tell the others now. */
  | { readonly type: "drain" }
  /** One of its actors has stopped for good. */
  | { readonly type: "gone"; readonly name: string };

export interface SystemSetup {
  readonly membership: Membership;
  /** The node is no longer part of the cluster, such as when it was declared dead: it has to end. May be called more than once. */
  readonly onLost: () => void;
  /** Spawns `/system/ownership`, which is told of every change. Absent: the node owns nothing. */
  readonly spawnOwnership?: (context: Context<SystemMessage>) => Address<MembershipEvent>;
}

interface SystemState {
  readonly membership: Address<MembershipMessage>;
}

const initial = ({ membership, onLost, spawnOwnership }: SystemSetup, context: Context<SystemMessage>): SystemState => {
  const ownership = spawnOwnership?.(context);
  const tell = (event: MembershipEvent): void => void ownership?.tell(event);
  const lost = (): void => {
    tell({ type: "lost" });
    onLost();
  };
  const lease = context.spawn(
    leaseProps({ membership, onLost: lost, onRenewed: (untilMs) => tell({ type: "lease", untilMs }) }),
    "lease",
  );
  const members = context.spawn(
    membershipProps({ membership, onLost: lost, onTable: (view) => tell({ type: "table", view }) }),
    "membership",
  );
  context.watch(lease, { type: "gone", name: "lease" });
  context.watch(members, { type: "gone", name: "membership" });
  return { membership: members };
};

/** `/system`. A node without it is not part of the cluster any more: when it ends, by whatever cause, the node is told that it is lost. */
export const systemProps = (setup: SystemSetup): Props<SystemState, SystemMessage> => ({
  dispatcher: "system",
  behavior: {
    initial: (context) => initial(setup, context),
    receive: ({ membership }, message, context) => {
      switch (message.type) {
        case "drain":
          membership.tell(message);
          return same;
        case "gone":
          context.log.fatal({ actor: message.name }, "an actor without which the node is no member has stopped");
          setup.onLost();
          return same;
        default:
          return unreachable(message);
      }
    },
    stopped: () => setup.onLost(),
  },
});
