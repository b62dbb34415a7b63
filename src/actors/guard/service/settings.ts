import type { NeverBlocked } from "../../../shared-memory/index.ts";

/** Beyond these a block waits for a person. */
export interface BlockCaps {
  /** Length of the prefix of the largest IPv4 network, and of the largest IPv6 one. */
  readonly networkV4Bits: number;
  readonly networkV6Bits: number;
  /** Blocks that begin within any minute, over all shards. */
  readonly blocksPerMinute: number;
  /** Share of the subjects of a shard that may be blocked, once more than `shareFromBlocks` are. Above 0, at most 1. */
  readonly activeShare: number;
  /** Interceptions of one shard, those that are only said included. */
  readonly activePerShard: number;
}

/** How accesses are counted. The same on every node. Times in milliseconds. */
export interface GuardSettings {
  readonly shards: number;
  /** Length of the slots into which front ends put times. */
  readonly slotMs: number;
  /** An IPv6 client is its network of this length. */
  readonly v6PrefixBits: number;
  /** By how much clocks of front ends may differ, and how much later the report of one may come than that of another one. */
  readonly skewMs: number;
  /** How late a report may come without its accesses being lost to the windows, as after the service was gone. Not below `skewMs`. */
  readonly lateMs: number;
  /** A shard counts what was reported to it at most this often: what comes meanwhile shares a commit. */
  readonly countEveryMs: number;
  readonly neverBlock: readonly NeverBlocked[];
  readonly caps: BlockCaps;
  /** Subjects that one rule counts for at once in one shard. */
  readonly mostSubjects: number;
}

/** A share of few says little. */
export const shareFromBlocks = 100;

export const defaultCaps: BlockCaps = {
  networkV4Bits: 16,
  networkV6Bits: 32,
  blocksPerMinute: 600,
  activeShare: 0.05,
  activePerShard: 200_000,
};

export const defaultGuardSettings: GuardSettings = {
  shards: 8,
  slotMs: 10,
  v6PrefixBits: 64,
  skewMs: 2_000,
  lateMs: 60_000,
  countEveryMs: 20,
  neverBlock: [],
  caps: defaultCaps,
  mostSubjects: 250_000,
};
