import { finalised, fnv1a } from "../stable-hash.ts";

/**
 * The shard that answers for a key: FNV-1a over the key's UTF-16 units, finalised as MurmurHash3 does, modulo the number of shards. The same
 * on every node and in every version; another number of shards is another placing of all keys.
 *
 * @param key any text
 * @param shards 1 … 256
 */
export const shardOf = (key: string, shards: number): number => finalised(fnv1a(key)) % shards;
