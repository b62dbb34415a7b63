import { same, type Address, type Context, type Props } from "../../kernel/index.ts";
import type { Holder } from "./fence.ts";
import type { OwnedKind } from "./owned-kind.ts";
import { ownerProps } from "./owner-actor.ts";
import type { OwnerCommand } from "./owner-message.ts";
import { passOn } from "./pass-on.ts";
import type { SpaceLanes } from "./space-lanes.ts";

/** What `/system/shards` is told: the last one when an owner has stopped that nobody below wanted stopped. */
type ShardsMessage = OwnerCommand | { readonly type: "gone"; readonly kind: OwnedKind };

/** Changed in place when an owner is begun anew. */
type Owners = Map<string, Address<OwnerCommand>>;

/** `/system/shards`: one owner for each kind with shards, so that the failure of one stops no other. */
export const shardsProps = (
  kinds: readonly OwnedKind[],
  self: Holder,
  lanes: SpaceLanes,
): Props<Owners, ShardsMessage> => {
  const begin = (kind: OwnedKind, owners: Owners, context: Context<ShardsMessage>): void => {
    const owner = context.spawn(ownerProps([{ kind, self, lanes, childName: String }]), kind.name);
    context.watch(owner, { type: "gone", kind });
    owners.set(kind.name, owner);
  };
  return {
    dispatcher: "system",
    behavior: {
      initial: (context) => {
        const owners: Owners = new Map();
        for (const kind of kinds) begin(kind, owners, context);
        return owners;
      },
      receive: (owners, message, context) => {
        if (message.type === "gone") {
          // This node still holds its fences, so no other one may take them.
          context.log.error({ kind: message.kind.name }, "the owner of a kind has stopped and is started again");
          begin(message.kind, owners, context);
        } else passOn(message, [...owners.values()]);
        return same;
      },
    },
  };
};
