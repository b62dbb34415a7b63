import { shardOf } from "../../../../cluster/index.ts";

/** For each shard a key that it answers for, to speak to it by its number. @param shards 1 … 256 */
export const shardKeys = (shards: number): readonly string[] => {
  const keys = new Map<number, string>();
  for (let at = 0; keys.size < shards; at += 1) {
    const key = `shard-${at}`;
    const shard = shardOf(key, shards);
    if (!keys.has(shard)) keys.set(shard, key);
  }
  return Array.from({ length: shards }, (_, shard) => keys.get(shard) ?? "");
};
