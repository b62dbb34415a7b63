/** What all nodes of a run have to agree on about counts and blocks. */
export const agreedSettings = {
  // What a proxy or a shard that is away holds up still counts.
  skewMs: 60_000,
  caps: { activeShare: 1, blocksPerMinute: 1_000_000 },
} as const;
