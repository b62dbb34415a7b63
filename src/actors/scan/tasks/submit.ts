import { bounds, type GroupView, type ItemStatus, type Space, type StoredRecord } from "../../../store/index.ts";
import { findingPrefix, parseSummary, taskIdShape, taskQueue, type ScanSummary, type ScanTask } from "../work.ts";

/** Stores a scan; it is accepted once this has resolved (SCAN-4). The same id again changes nothing. */
export const submitScan = async (space: Space, id: string, task: ScanTask): Promise<void> => {
  if (!taskIdShape.test(id)) throw new RangeError(`task id ${JSON.stringify(id)} does not match ${taskIdShape.source}`);
  await space.queue.add(taskQueue, [{ id, body: { ...task } }]);
};

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
    summary: item.status === "done" && item.result !== undefined ? parseSummary(item.result) : undefined,
    lastError: item.lastError,
  };
};

/** The findings stored so far, in the order of the plan. */
export async function* storedFindings(space: Space, id: string): AsyncGenerator<StoredRecord> {
  let after: string | undefined;
  do {
    const page = await space.records.list(findingPrefix(id), {
      limit: bounds.page,
      ...(after === undefined ? {} : { after }),
    });
    yield* page.rows;
    after = page.next;
  } while (after !== undefined);
}
