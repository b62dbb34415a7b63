import { finalised, fnv1a } from "../stable-hash.ts";
import type { MemberView, TableView } from "../table.ts";
import type { OwnedKind } from "./owned-kind.ts";

type Placed = Pick<OwnedKind, "name" | "role">;

/**
 * Who has to own the shard by this table: rendezvous hashing over the members that are up and have the role of the kind. Pure, and the
 * same on every node whatever the order of the rows. When a member goes, only its shards move; an incarnation that follows another one
 * of its node gets the same shards. `undefined`: there is no such member.
 */
export const ownerOf = (view: TableView, kind: Placed, shard: number): MemberView | undefined =>
  heaviest(candidates(view, kind), kind, shard);

/** The shards that this incarnation has to own by this table. */
export const shardsOf = (
  view: TableView,
  kind: Placed & Pick<OwnedKind, "shards">,
  self: Pick<MemberView, "id" | "incarnation">,
): ReadonlySet<number> => {
  const members = candidates(view, kind);
  const all = Array.from({ length: kind.shards }, (_, shard) => shard);
  const own = all.filter((shard) => {
    const owner = heaviest(members, kind, shard);
    return owner?.id === self.id && owner.incarnation === self.incarnation;
  });
  return new Set(own);
};

const candidates = (view: TableView, { role }: Placed): readonly MemberView[] =>
  view.members.filter(({ state, roles }) => state === "up" && (role === undefined || roles.includes(role)));

const heaviest = (members: readonly MemberView[], kind: Placed, shard: number): MemberView | undefined => {
  const seed = fnv1a(`${kind.name}/${shard}/`);
  let owner: MemberView | undefined;
  let most = -1;
  for (const member of members) {
    const weight = finalised(fnv1a(member.id, seed));
    if (weight > most || (weight === most && owner !== undefined && member.id < owner.id)) {
      owner = member;
      most = weight;
    }
  }
  return owner;
};
