import { bounds, type Change, type Space, type StoredRecord } from "../../../store/index.ts";
import {
  bundleUseKey,
  byEnd,
  endedAtMsOf,
  endIndexKey,
  endKey,
  findingPrefix,
  indexedScan,
  planKey,
  reportPrefix,
  submissionIndexKey,
  submissionKey,
} from "../records/keys.ts";
import { parseSubmission } from "../records/scan-records.ts";
import { taskQueue } from "../work.ts";
import type { Round } from "./round.ts";

const scansPerRound = 50;
/** Findings and reports that one round deletes of one scan. */
const pagesPerScan = 5;

/**
 * Forgets scans that ended longer than `retainMs` ago, with all that they left. Not before the queues have forgotten the task and its
 * subtasks: until then the id must stay taken, and dead letters can be replayed. True: there may be more to forget now.
 */
export const forgetScans = async (round: Round, retainMs: number): Promise<boolean> => {
  const { rows } = await round.space.records.list(byEnd, { limit: scansPerRound });
  const due = rows.filter(({ key }) => endedAtMsOf(key) <= round.nowMs - retainMs);
  let left = due.length === scansPerRound;
  for (const row of due) {
    if (!(await forgetScan(round, row))) left = true;
  }
  return left;
};

/** Till then the queue knows the task of a scan that has ended, and its id stays taken. */
const leastKeptMs = 25 * 3_600_000;

/**
 * Forgets scans, the one first that ended first, until `excess` bytes are gone; not those that ended within the last day. True: there may
 * be more to forget now.
 */
export const trimScans = async (round: Round, excess: number): Promise<boolean> => {
  const { rows } = await round.space.records.list(byEnd, { limit: scansPerRound });
  let left = excess;
  for (const row of rows) {
    if (left <= 0 || endedAtMsOf(row.key) > round.nowMs - leastKeptMs) return false;
    if (await forgetScan(round, row)) left -= typeof row.value === "number" ? row.value : 0;
  }
  return left > 0 && rows.length === scansPerRound;
};

/** False: a part of it is left. */
const forgetScan = async (
  { space, lease, nowMs }: Round,
  { key: indexKey, value: weight }: Pick<StoredRecord, "key" | "value">,
): Promise<boolean> => {
  const commit = (changes: readonly Change[]): Promise<unknown> => space.commit({ type: "lease", lease }, changes);
  const deleting = (key: string): Change => ({ type: "delete", key });
  const id = indexedScan(indexKey);
  const record = await space.records.get(submissionKey(id));
  if (record === undefined) {
    await commit([deleting(indexKey)]);
    return true;
  }
  if (await isKept(space, id)) {
    await commit([deleting(indexKey), { type: "put", key: endIndexKey(nowMs, id), value: weight }]);
    return true;
  }
  for (const prefix of [findingPrefix(id), reportPrefix(id)]) {
    for (let page = 0; ; page += 1) {
      if (page === pagesPerScan) return false;
      const { rows, next } = await space.records.list(prefix, { limit: bounds.changes });
      if (rows.length > 0) await commit(rows.map(({ key }) => deleting(key)));
      if (next === undefined) break;
    }
  }
  const { spec, submittedAtMs } = parseSubmission(record.value);
  const index = submissionIndexKey(submittedAtMs, id);
  const keys = [indexKey, index, bundleUseKey(spec.bundle, id), planKey(id), endKey(id), submissionKey(id)];
  await commit(keys.map(deleting));
  return true;
};

/** Whether the queues know something of the scan. Nobody can replay a task that is forgotten: what that has left is ended. */
const isKept = async (space: Space, id: string): Promise<boolean> => {
  const [task, group] = await Promise.all([space.queue.get(taskQueue, id), space.groups.get(id)]);
  if (task !== undefined) return true;
  if (group === undefined) return false;
  if (!group.complete && !group.cancelRequested) await space.groups.cancel(id);
  return true;
};
