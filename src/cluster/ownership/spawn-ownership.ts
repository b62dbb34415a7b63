import type { Address, Context } from "../../kernel/index.ts";
import type { Holder } from "./fence.ts";
import type { OwnedKind } from "./owned-kind.ts";
import { ownerProps } from "./owner-actor.ts";
import { ownershipProps, type OwnershipMessage, type OwnershipSetup } from "./ownership-actor.ts";
import { shardsProps } from "./shards-actor.ts";
import { SpaceLanes } from "./space-lanes.ts";

export interface OwnershipOptions extends Pick<OwnershipSetup, "standing"> {
  readonly self: Holder;
  /** Each with a name of its own. */
  readonly kinds: readonly OwnedKind[];
}

/**
 * Spawns what makes a node an owner: `singletons`, above `<kind>`; `shards`, above `<kind>/<n>`; and `ownership`, which is returned and
 * has to be told of every change of the membership.
 * @throws RangeError when two kinds have the same name
 */
export const spawnOwnership = (
  parent: Pick<Context<never>, "spawn">,
  { self, kinds, standing }: OwnershipOptions,
): Address<OwnershipMessage> => {
  const names = new Set(kinds.map(({ name }) => name));
  if (names.size < kinds.length) throw new RangeError("two kinds of owned actors have the same name");
  const lanes = new SpaceLanes();
  const single = kinds.filter(({ shards }) => shards === 1);
  const sharded = kinds.filter(({ shards }) => shards > 1);
  const singletons = parent.spawn(
    ownerProps(single.map((kind) => ({ kind, self, lanes, childName: () => kind.name }))),
    "singletons",
  );
  const shards = parent.spawn(shardsProps(sharded, self, lanes), "shards");
  return parent.spawn(ownershipProps({ standing, owners: [singletons, shards] }), "ownership");
};
