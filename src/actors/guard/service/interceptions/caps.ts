import { parseNetwork } from "../../../../engines/intercept/index.ts";
import type { Limits } from "../../../../store/index.ts";
import { shareFromBlocks, type BlockCaps } from "../settings.ts";

const minuteMs = 60_000;
/** In the space of the shards. */
const limitKey = "guard-blocks";

/** What a cap of a shard is held against. */
export interface BlockLoad {
  /** Entries of the table, those that are only said included. */
  readonly active: number;
  /** Those that are done. */
  readonly enforced: number;
  /** Subjects that are counted for: of those that are blocked, and of the one that is to be, none. */
  readonly subjects: number;
}

/** Whether there is no place for one more entry. */
export const isTableFull = ({ activePerShard }: BlockCaps, { active }: BlockLoad): boolean => active >= activePerShard;

/** Why a block has to wait that found no place among the interceptions. */
export const tableFull = ({ activePerShard }: BlockCaps): string =>
  `${activePerShard} subjects of the shard are intercepted, as caps.activePerShard allows`;

/** Why one more block has to wait for a person; undefined: it need not, as far as this shard knows. */
export const reasonToWait = (caps: BlockCaps, { enforced, subjects }: BlockLoad): string | undefined => {
  const known = subjects + enforced + 1;
  if (enforced < shareFromBlocks || enforced + 1 <= caps.activeShare * known) return undefined;
  return `${enforced} of ${known} subjects of the shard are blocked already, and caps.activeShare is ${caps.activeShare}`;
};

/** Why a block of this network has to wait for a person. */
export const networkTooLarge = (caps: BlockCaps, field: string, subject: string): string | undefined => {
  if (field !== "ip") return undefined;
  const { family, prefixBits } = parseNetwork(subject);
  const [key, least] =
    family === "ipv4" ? ["networkV4Bits", caps.networkV4Bits] : ["networkV6Bits", caps.networkV6Bits];
  return prefixBits >= least ? undefined : `${subject} is larger than a /${least}, which caps.${key} allows`;
};

/** Why a block has to wait that found no place in this minute. */
export const tooManyBlocks = ({ blocksPerMinute }: BlockCaps): string =>
  `${blocksPerMinute} blocks have begun within a minute, as caps.blocksPerMinute allows`;

/**
 * Takes places of this minute for up to `wanted` blocks, over all shards. A place counts for a minute, so that no minute ever has more.
 *
 * @returns how many there were
 * @throws StoreError
 */
export const reserveBlocks = async (
  limits: Limits,
  { blocksPerMinute }: BlockCaps,
  wanted: number,
): Promise<number> => {
  if (wanted === 0) return 0;
  const request = { n: wanted, concurrent: blocksPerMinute, leaseMs: minuteMs };
  const reservation = await limits.reserve(limitKey, request);
  return reservation.granted ? reservation.slots.length : 0;
};
