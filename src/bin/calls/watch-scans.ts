import { setMaxListeners } from "node:events";
import type { GarrisonClient, Scan } from "../../client/index.ts";

/** Streams of one node at once, below what it grants a connection. */
const atOnce = 50;

/**
 * Follows scans until all have ended, or the signal aborts. `onChange` gets each scan first as it is and then whenever it has changed; of
 * very many only some are followed at a time.
 */
export const watchScans = async (
  { scans }: Pick<GarrisonClient, "scans">,
  ids: readonly string[],
  signal: AbortSignal,
  onChange: (scan: Scan) => Promise<void>,
): Promise<void> => {
  const left = ids.values();
  const failed = new AbortController();
  const until = AbortSignal.any([signal, failed.signal]);
  setMaxListeners(0, until);
  const follow = async (): Promise<void> => {
    for (const id of left) {
      if (until.aborted) return;
      for await (const scan of scans.watch(id, until)) await onChange(scan);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, ids.length) }, follow));
  } finally {
    failed.abort();
  }
};
