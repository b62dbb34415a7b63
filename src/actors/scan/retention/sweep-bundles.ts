import { bounds, StoreError, type Change } from "../../../store/index.ts";
import { parseHead, type VersionedHead } from "../bundles/bundle-head.ts";
import { bundleChunks, bundleHeadKey, bundleHeads, bundleUsePrefix } from "../records/keys.ts";
import { rowsOf } from "../../claims/rows-of.ts";
import type { Round } from "./round.ts";

const bundlesPerRound = 50;
/** Chunks that one commit deletes beside the head. */
const mostChunks = bounds.changes - 1;
/**
 * Deletes bundles, whole ones and those whose put was interrupted, that nobody uses and that were not put or used for `keptUnusedMs`.
 * Returns where to go on.
 */
export const sweepBundles = async (
  round: Round,
  from: string | undefined,
  keptUnusedMs: number,
): Promise<string | undefined> => {
  const { rows, next } = await round.space.records.list(bundleHeads, {
    limit: bundlesPerRound,
    ...(from === undefined ? {} : { after: from }),
  });
  for (const { key, value, version } of rows) {
    const head = parseHead(value);
    if (head.usedAtMs > round.nowMs - keptUnusedMs) continue;
    await sweepBundle(round, key.slice(bundleHeads.length), { head, version });
  }
  return next;
};

/**
 * Deletes a bundle unless a scan uses it. One commit, so that nobody finds a part of it; of one that was put in many ways, a part that is
 * marked as such. Someone who puts or uses it meanwhile writes its head, and it stays: false then, or when a part is left.
 */
export const sweepBundle = async (
  { space, lease }: Round,
  hash: string,
  { head, version }: VersionedHead,
): Promise<boolean> => {
  const uses = await space.records.list(bundleUsePrefix(hash), { limit: 1 });
  if (uses.rows.length > 0) return false;
  const chunks: Change[] = [];
  for await (const { key } of rowsOf((page) => space.records.list(bundleChunks(hash), page))) {
    if (chunks.length === mostChunks) break;
    chunks.push({ type: "delete", key });
  }
  const ofHead = { key: bundleHeadKey(hash), expectedVersion: version };
  const all: Change = { type: "delete", ...ofHead };
  const part: Change = { type: "put", value: { ...head, complete: false }, ...ofHead };
  const isAll = chunks.length < mostChunks;
  try {
    await space.commit({ type: "lease", lease }, [isAll ? all : part, ...chunks]);
    return isAll;
  } catch (error) {
    if (error instanceof StoreError && error.code === "version-conflict") return false;
    throw error;
  }
};
