import type { GroupView, ItemStatus, Space, StoredRecord } from "../../../store/index.ts";
import { findingPrefix } from "../records/keys.ts";
import { rowsOf } from "../../claims/rows-of.ts";
import type { ScanSummary } from "../report.ts";
import { readEnd } from "../scans/scan-view.ts";
import { taskQueue } from "../work.ts";

/** Nothing changes the item any more. */
export const hasEnded = (status: ItemStatus): boolean =>
  status === "done" || status === "failed" || status === "cancelled" || status === "dead";

/** Where a scan stands. */
export interface ScanStatus {
  readonly status: ItemStatus;
  /** Its subtasks; `undefined` before the first one is planned. */
  readonly subtasks: GroupView | undefined;
  /** Once the scan is done. */
  readonly summary: ScanSummary | undefined;
  readonly lastError: string | undefined;
}

/** `undefined`: there is no such scan. */
export const scanStatus = async (space: Space, id: string): Promise<ScanStatus | undefined> => {
  const item = await space.queue.get(taskQueue, id);
  if (item === undefined) return undefined;
  return {
    status: item.status,
    subtasks: await space.groups.get(id),
    summary: item.status === "done" ? (await readEnd(space, id))?.summary : undefined,
    lastError: item.lastError,
  };
};

/** The findings stored so far, in the order of the plan. */
export const storedFindings = (space: Space, id: string): AsyncGenerator<StoredRecord> =>
  rowsOf((page) => space.records.list(findingPrefix(id), page));
