import { same, type Address, type Props } from "../../kernel/index.ts";
import type { Holder } from "./fence.ts";
import type { OwnedKind } from "./owned-kind.ts";
import { ownerProps } from "./owner-actor.ts";
import type { OwnerCommand } from "./owner-message.ts";
import { passOn } from "./pass-on.ts";
import type { SpaceLanes } from "./space-lanes.ts";

/** `/system/shards`: one owner for each kind with shards, so that the failure of one stops no other. */
export const shardsProps = (
  kinds: readonly OwnedKind[],
  self: Holder,
  lanes: SpaceLanes,
): Props<readonly Address<OwnerCommand>[], OwnerCommand> => ({
  dispatcher: "system",
  behavior: {
    initial: (context) =>
      kinds.map((kind) => context.spawn(ownerProps([{ kind, self, lanes, childName: String }]), kind.name)),
    receive: (owners, command) => {
      passOn(command, owners);
      return same;
    },
  },
});
