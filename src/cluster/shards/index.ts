export type { ShardCounts, ShardDrop } from "./counts.ts";
export { shardKind, type AddressableKind, type ShardKindParts } from "./shard-kind.ts";
export { shardOf } from "./shard-of.ts";
export { Shards, type ShardsSetup } from "./shards.ts";
