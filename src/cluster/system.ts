import { asError } from "../base/errors.ts";
import { unreachable } from "../base/unreachable.ts";
import { same, type Address, type Context, type Props, type ReplyTo } from "../kernel/index.ts";
import { leaseProps } from "./lease-actor.ts";
import { membershipProps, type MembershipMessage } from "./membership-actor.ts";
import type { MembershipEvent } from "./membership-event.ts";
import type { Membership } from "./membership.ts";
import { suspicionProps } from "./suspicion-actor.ts";
import type { Suspects } from "./suspicion/suspects.ts";
import type { TableView } from "./table.ts";
import { spawnOwnership, type HandedOver, type OwnedKind, type OwnershipMessage } from "./ownership/index.ts";

/** What keeps a node part of its cluster. */
export type SystemMessage =
  /** The node is going to leave: tell the others now. */
  | { readonly type: "drain" }
  /** Owns nothing from now on. Answered when every owned actor has stopped and every fence is released; only then may the node leave. */
  | { readonly type: "hand-over"; readonly replyTo: ReplyTo<HandedOver> }
  /** One of its actors has stopped for good. */
  | { readonly type: "gone"; readonly path: string };

export interface SystemSetup {
  readonly membership: Membership;
  /** The node is no longer part of the cluster, such as when it was declared dead: it has to end. May be called more than once. */
  readonly onLost: () => void;
  /** What is owned in the cluster: the same on every node, each with a name of its own. */
  readonly kinds: readonly OwnedKind[];
  /** Told of each version of the table of members that is seen. */
  readonly onTable?: (view: TableView) => void;
  /** Who of the others does not answer. Absent: this node suspects nobody, and members are dead when their leases have run out. */
  readonly suspects?: Suspects;
}

interface SystemState {
  readonly membership: Address<MembershipMessage>;
  readonly ownership: Address<OwnershipMessage>;
}

const initial = (
  { membership, onLost, kinds, suspects, onTable }: SystemSetup,
  context: Context<SystemMessage>,
): SystemState => {
  const { ownership, singletons, shards } = spawnOwnership(context, {
    self: membership.identity,
    kinds,
    standing: () => ({ view: membership.view(), untilMs: membership.ownDeadlineMs() }),
  });
  const tell = (event: MembershipEvent): void => void ownership.tell(event);
  const lost = (): void => {
    tell({ type: "lost" });
    onLost();
  };
  const lease = context.spawn(
    leaseProps({ membership, onLost: lost, onRenewed: (untilMs) => tell({ type: "lease", untilMs }) }),
    "lease",
  );
  const members = context.spawn(
    membershipProps({
      membership,
      onLost: lost,
      onTable: (view) => {
        tell({ type: "table", view });
        onTable?.(view);
      },
    }),
    "membership",
  );
  // Without it the others are dead a little later: a node that has lost it is still a member.
  if (suspects !== undefined) context.spawn(suspicionProps({ membership, suspects }), "suspicion");
  for (const actor of [lease, members, ownership, singletons, shards]) {
    context.watch(actor, { type: "gone", path: actor.path });
  }
  return { membership: members, ownership };
};

/** Asked anew, so that the end of `/system/ownership` is an answer too. */
const handOver = (ownership: Address<OwnershipMessage>, replyTo: ReplyTo<HandedOver>): void => {
  const asked = ownership.ask<HandedOver>((answer) => ({ type: "hand-over", replyTo: answer }), replyTo.remainingMs());
  asked.then(
    (done) => replyTo.tell(done),
    (thrown: unknown) => replyTo.fail(asError(thrown)),
  );
};

/** `/system`. A node without it is not part of the cluster any more: when it ends, by whatever cause, the node is told that it is lost. */
export const systemProps = (setup: SystemSetup): Props<SystemState, SystemMessage> => ({
  dispatcher: "system",
  behavior: {
    initial: (context) => initial(setup, context),
    receive: ({ membership, ownership }, message, context) => {
      switch (message.type) {
        case "drain":
          membership.tell(message);
          return same;
        case "hand-over":
          handOver(ownership, message.replyTo);
          return same;
        case "gone":
          context.log.fatal({ actor: message.path }, "an actor without which the node is no member has stopped");
          setup.onLost();
          return same;
        default:
          return unreachable(message);
      }
    },
    stopped: () => setup.onLost(),
  },
});
