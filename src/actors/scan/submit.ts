import { z } from "zod";
import {
  bounds,
  type Change,
  type GroupView,
  type ItemStatus,
  type Space,
  type StoredRecord,
} from "../../store/index.ts";
import { findingPrefix, parseSummary, taskIdShape, taskQueue, type ScanSummary, type ScanTask } from "./work.ts";

/** Stores a scan; it is accepted once this has resolved (SCAN-4). The same id again changes nothing. */
export const submitScan = async (space: Space, id: string, task: ScanTask): Promise<void> => {
  if (!taskIdShape.test(id)) throw new RangeError(`task id ${JSON.stringify(id)} does not match ${taskIdShape.source}`);
  await space.queue.add(taskQueue, [{ id, body: { ...task } }]);
};

/** Some targets that are scanned together, one task each. */
export interface ScanRun {
  /** The id of each target's task, in the order of the targets. */
  readonly taskIds: readonly string[];
  /** The run was begun before, and goes on. */
  readonly resumed: boolean;
}

const latestRunKey = "run/latest";
const runNumber = z.number().int().min(0);

/**
 * Goes on with the latest run of this space if it has not ended, else begins a new one. The space belongs to these targets and
 * templates, so an unfinished run is a run of exactly them.
 */
export const startRun = async (space: Space, targets: readonly string[], bundle: string): Promise<ScanRun> => {
  const latest = await space.records.get(latestRunKey);
  const number = latest === undefined ? 0 : runNumber.parse(latest.value);
  const idsOf = (run: number): readonly string[] => targets.map((_, index) => `run${run}-${index}`);
  if (number > 0) {
    const statuses = await Promise.all(idsOf(number).map((id) => space.queue.get(taskQueue, id)));
    if (statuses.some((item) => item !== undefined && !hasEnded(item.status))) {
      return { taskIds: idsOf(number), resumed: true };
    }
  }
  const taskIds = idsOf(number + 1);
  const adds = targets.map((target, index): Change => {
    const id = taskIds[index] ?? "";
    return { type: "add", queue: taskQueue, item: { id, body: { target, bundle } } };
  });
  await space.commit(undefined, [
    { type: "put", key: latestRunKey, value: number + 1, expectedVersion: latest?.version ?? 0 },
    ...adds,
  ]);
  return { taskIds, resumed: false };
};

const hasEnded = (status: ItemStatus): boolean =>
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
