import type { GarrisonClient, Scan } from "../../client/index.ts";
import { followEach } from "./follow-each.ts";

/**
 * Follows scans until all have ended, or the signal aborts. `onChange` gets each scan first as it is and then whenever it has changed.
 */
export const watchScans = (
  { scans }: Pick<GarrisonClient, "scans">,
  ids: readonly string[],
  signal: AbortSignal,
  onChange: (scan: Scan) => Promise<void>,
): Promise<void> =>
  followEach(ids, signal, async (id, until) => {
    for await (const scan of scans.watch(id, until)) await onChange(scan);
  });
