/** What became of messages to shards on one node since it started. */
export interface ShardCounts {
  /** Given to the actor of a shard of this node. */
  readonly handed: number;
  /** Sent back to the node they came from, since this one did not own the shard, or not since the message was sent. */
  readonly returned: number;
  /** Dead letters, by why: no room to wait in, waited too long, sent back too often, or sent back after later ones had gone out. */
  readonly dropped: Readonly<Record<ShardDrop, number>>;
  /** Barriers that were sent to old owners. */
  readonly barriers: number;
  /** Barriers that were not answered in time. */
  readonly barriersGivenUp: number;
  /** Messages that wait now. */
  readonly waiting: number;
}

export const shardDrops = ["full", "expired", "returned-too-often", "late"] as const;
/** Why a message to a shard became a dead letter here. */
export type ShardDrop = (typeof shardDrops)[number];

/** The counters behind `ShardCounts`, and the bound of what waits; shared by all kinds. */
export class ShardCounters {
  handed = 0;
  returned = 0;
  barriers = 0;
  barriersGivenUp = 0;
  waiting = 0;
  readonly dropped: Record<ShardDrop, number> = { full: 0, expired: 0, "returned-too-often": 0, late: 0 };

  snapshot(): ShardCounts {
    const { handed, returned, barriers, barriersGivenUp, waiting } = this;
    return { handed, returned, dropped: { ...this.dropped }, barriers, barriersGivenUp, waiting };
  }
}
