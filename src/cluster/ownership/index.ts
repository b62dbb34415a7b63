export type { Grant } from "./grant.ts";
export { ownedKind, type OwnedKind, type OwnedKindParts } from "./owned-kind.ts";
export { ownerOf } from "./owner-of.ts";
