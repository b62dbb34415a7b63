import { unreachable } from "../../base/unreachable.ts";
import { type Address, type Props, type ReplyTo } from "../../kernel/index.ts";
import type { MembershipEvent } from "../membership-event.ts";
import type { TableView } from "../table.ts";
import type { HandedOver, OwnerCommand } from "./owner-message.ts";
import { passOn } from "./pass-on.ts";

/** Where this node stands in its cluster, as far as it knows. */
export interface Standing {
  readonly view: TableView;
  /** Own monotonic clock: until when it may act as an owner. */
  readonly untilMs: number;
}

export type OwnershipMessage =
  | MembershipEvent
  /** The node is going to leave. Answered when every owned actor has stopped and every fence is released. */
  | { readonly type: "hand-over"; readonly replyTo: ReplyTo<HandedOver> };

export interface OwnershipSetup {
  /** Read when a life begins. */
  readonly standing: () => Standing;
  readonly owners: readonly Address<OwnerCommand>[];
}

interface OwnershipState extends Standing {
  readonly lost: boolean;
}

const receive = (setup: OwnershipSetup, state: OwnershipState, message: OwnershipMessage): OwnershipState => {
  switch (message.type) {
    case "table":
      return told(setup, { ...state, view: message.view });
    case "lease":
      return told(setup, { ...state, untilMs: message.untilMs });
    case "lost":
      return told(setup, { ...state, lost: true });
    case "hand-over":
      passOn(message, setup.owners);
      return state;
    default:
      return unreachable(message);
  }
};

/** With every renewal the owners are told all that counts, so that one that has begun a new life knows it soon. */
const told = ({ owners }: OwnershipSetup, state: OwnershipState): OwnershipState => {
  passOn(state.lost ? { type: "lost" } : { type: "standing", view: state.view, untilMs: state.untilMs }, owners);
  return state;
};

/** `/system/ownership`: tells those that own what the membership tells it. */
export const ownershipProps = (setup: OwnershipSetup): Props<OwnershipState, OwnershipMessage> => ({
  dispatcher: "system",
  behavior: {
    initial: () => told(setup, { ...setup.standing(), lost: false }),
    receive: (state, message) => receive(setup, state, message),
  },
});
