/** Of what waits for a shard; see ADR 30. */
export const shardBounds = {
  /** Messages that wait for one shard: at the node that sends, and at the one that is about to own it. */
  perShard: 1_000,
  /** Messages that wait on one node, over all shards and kinds and in both roles. */
  perNode: 10_000,
  /** How long a message waits at each of the two. In milliseconds. */
  waitMs: 5_000,
  /** How often a message that came to a node which did not own its shard is sent on. */
  returns: 3,
  /** How long the old owner may take to answer a barrier before the new one is spoken to all the same. In milliseconds. */
  barrierMs: 5_000,
  /** After how long a barrier is sent once more. In milliseconds. */
  barrierAgainMs: 1_000,
} as const;

/** How often those that wait are looked at: for the end of their time, and whether a link has come up. In milliseconds. */
export const lookEveryMs = 20;
