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

/** The actors that make a node an owner. One that is gone leaves fences held for which nothing runs, so the node has to end. */
export interface OwnershipActors {
  /** Has to be told of every change of the membership. */
  readonly ownership: Address<OwnershipMessage>;
  /** Above `<kind>`. */
  readonly singletons: Address<never>;
  /** Above `<kind>/<n>`. */
  readonly shards: Address<never>;
}

/** @throws RangeError when two kinds have the same name */
export const spawnOwnership = (
  parent: Pick<Context<never>, "spawn">,
  { self, kinds, standing }: OwnershipOptions,
): OwnershipActors => {
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
  const ownership = parent.spawn(ownershipProps({ standing, owners: [singletons, shards] }), "ownership");
  return { ownership, singletons, shards };
};
