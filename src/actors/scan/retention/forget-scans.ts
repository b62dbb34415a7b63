import { bounds, type Change } from "../../../store/index.ts";
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
 * Forgets scans that ended longer than `retainMs` ago, with all that they left. Not before the queue has forgotten the task: until then
 * the id must stay taken, and a dead letter can be replayed. True: there may be more to forget now.
 */
export const forgetScans = async (round: Round, retainMs: number): Promise<boolean> => {
  const { rows } = await round.space.records.list(byEnd, { limit: scansPerRound });
  const due = rows.filter(({ key }) => endedAtMsOf(key) <= round.nowMs - retainMs);
  let left = due.length === scansPerRound;
  for (const { key } of due) {
    if (!(await forgetScan(round, key))) left = true;
  }
  return left;
};

/** False: a part of it is left. */
const forgetScan = async ({ space, lease, nowMs }: Round, indexKey: string): Promise<boolean> => {
  const commit = (changes: readonly Change[]): Promise<unknown> => space.commit({ type: "lease", lease }, changes);
  const deleting = (key: string): Change => ({ type: "delete", key });
  const id = indexedScan(indexKey);
  const record = await space.records.get(submissionKey(id));
  if (record === undefined) {
    await commit([deleting(indexKey)]);
    return true;
  }
  if ((await space.queue.get(taskQueue, id)) !== undefined) {
    await commit([deleting(indexKey), { type: "put", key: endIndexKey(nowMs, id), value: null }]);
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
