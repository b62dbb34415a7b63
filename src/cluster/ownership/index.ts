export { commitUnder } from "./commit-under.ts";
export type { Grant } from "./grant.ts";
export { ownedKind, type OwnedKind, type OwnedKindParts } from "./owned-kind.ts";
export { ownerOf } from "./owner-of.ts";
export type { HandedOver } from "./owner-message.ts";
export type { OwnershipMessage, Standing } from "./ownership-actor.ts";
export { spawnOwnership, type OwnershipOptions } from "./spawn-ownership.ts";
