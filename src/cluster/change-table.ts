import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { StoreError, type LeaseRef, type Space } from "../store/index.ts";
import { ClusterError } from "./errors.ts";
import { readTable, tableChange, type Table } from "./table.ts";

export interface TableAccess {
  /** The space `clusterSpace`. */
  readonly space: Space;
  readonly clock: Clock;
  readonly random: Random;
}

/** Each race that is lost let another change in: more than there are rows, so that all nodes can join at once. */
const mostRaces = 600;
const longestPauseMs = 50;

/**
 * Changes the table by compare-and-set, again and again from what others made of it meanwhile.
 * @param lease only while this lease is held
 * @param change what the table is to be; `undefined`: it may stay as it is
 * @returns the table as it stands then, and whether this call changed it
 * @throws StoreError, `stale-guard` if the lease is not held; ClusterError `busy`; what `change` throws
 */
export const changeTable = async (
  { space, clock, random }: TableAccess,
  lease: () => LeaseRef,
  change: (table: Table) => Table | undefined,
): Promise<{ readonly table: Table; readonly changed: boolean }> => {
  for (let races = 0; races < mostRaces; races += 1) {
    const table = await readTable(space);
    const changed = change(table);
    if (changed === undefined) return { table, changed: false };
    try {
      const { revision } = await space.commit({ type: "lease", lease: lease() }, [tableChange(changed)]);
      return { table: { ...changed, version: revision }, changed: true };
    } catch (error) {
      if (!(error instanceof StoreError && error.code === "version-conflict")) throw error;
    }
    const pauseMs = random.next() * Math.min(longestPauseMs, 2 ** races);
    await new Promise<void>((resolve) => void clock.after(pauseMs, resolve));
  }
  throw new ClusterError("busy", `the table of members was changed by others ${mostRaces} times in a row`, {
    retryable: true,
  });
};
