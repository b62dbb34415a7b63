import { bounds, type Change } from "../../../store/index.ts";
import {
  endedAtMsOf,
  indexedRun,
  runEventKey,
  runKey,
  runLogKey,
  runsByEnd,
  runTimeKey,
  runVariablesKey,
  stepPrefix,
} from "../records/keys.ts";
import { readRun } from "../runs/view-run.ts";
import { committed, type Round } from "./round.ts";

const runsPerRound = 100;
/** Pages of steps that one round deletes of one run. */
const pagesPerRun = 5;

/** Forgets runs that ended longer than `retainMs` ago, with all that they left. True: there may be more to forget now. */
export const forgetRuns = async (round: Round, retainMs: number): Promise<boolean> => {
  const { rows } = await round.space.records.list(runsByEnd, { limit: runsPerRound });
  const due = rows.filter(({ key }) => endedAtMsOf(key) <= round.nowMs - retainMs);
  let left = due.length === runsPerRound;
  for (const { key } of due) {
    if (!(await forgetRun(round, key))) left = true;
  }
  return left;
};

/** False: a part of it is left. */
const forgetRun = async (round: Round, endKey: string): Promise<boolean> => {
  const id = indexedRun(endKey);
  for (let page = 0; ; page += 1) {
    if (page === pagesPerRun) return false;
    const { rows, next } = await round.space.records.list(stepPrefix(id), { limit: bounds.changes });
    if (rows.length > 0)
      await committed(
        round,
        rows.map(({ key }) => deleting(key)),
      );
    if (next === undefined) break;
  }
  const stored = await readRun(round.space, id);
  const listed = stored === undefined ? [] : [runTimeKey(stored.run.createdAtMs, id)];
  await committed(
    round,
    [...listed, runEventKey(id), runVariablesKey(id), runLogKey(id), runKey(id), endKey].map(deleting),
  );
  return true;
};

const deleting = (key: string): Change => ({ type: "delete", key });
