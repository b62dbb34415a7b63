import { StoreError, type Change } from "../../../store/index.ts";
import { parseHead } from "../bundles/bundle-head.ts";
import { bundleChunkKey, bundleHeadKey, bundleHeads, bundleUsePrefix } from "../records/keys.ts";
import type { Round } from "./round.ts";

const bundlesPerRound = 50;
/** A bundle that no scan uses is kept this long after it was put or used last. */
const keptUnusedMs = 24 * 3_600_000;

/** Deletes bundles, whole ones and those whose put was interrupted, that nobody uses. Returns where to go on. */
export const sweepBundles = async (round: Round, from: string | undefined): Promise<string | undefined> => {
  const { rows, next } = await round.space.records.list(bundleHeads, {
    limit: bundlesPerRound,
    ...(from === undefined ? {} : { after: from }),
  });
  for (const { key, value, version } of rows) {
    const { usedAtMs, chunks } = parseHead(value);
    if (usedAtMs > round.nowMs - keptUnusedMs) continue;
    await sweepBundle(round, { hash: key.slice(bundleHeads.length), chunks, version });
  }
  return next;
};

/** One commit, so that nobody finds a part of it. Someone who puts or uses it meanwhile writes its head, and it stays. */
const sweepBundle = async (
  { space, lease }: Round,
  { hash, chunks, version }: { readonly hash: string; readonly chunks: number; readonly version: number },
): Promise<void> => {
  const uses = await space.records.list(bundleUsePrefix(hash), { limit: 1 });
  if (uses.rows.length > 0) return;
  const chunkKeys = Array.from({ length: chunks }, (_, index) => bundleChunkKey(hash, index));
  try {
    await space.commit({ type: "lease", lease }, [
      { type: "delete", key: bundleHeadKey(hash), expectedVersion: version },
      ...chunkKeys.map((key): Change => ({ type: "delete", key })),
    ]);
  } catch (error) {
    if (!(error instanceof StoreError && error.code === "version-conflict")) throw error;
  }
};
