import { StoreError, type Space } from "../../../store/index.ts";
import { endKey } from "../records/keys.ts";
import { parseEnd } from "../records/scan-records.ts";
import { countsOf } from "../scans/scan-view.ts";
import { summarise } from "./summary.ts";

/** Others that finish replayed work of the same scan write at the same time. */
const mostRaces = 10;

/**
 * Brings the report of a scan up to date after a subtask of it has ended. Only one that was given up and replayed ends after its scan; for
 * every other this is one look at the store. Where the group of the scan is forgotten, its subtasks keep the counts they had: the
 * report then says less than was done, never more.
 */
export const renewEnd = async (space: Space, taskId: string): Promise<void> => {
  for (let race = 0; race < mostRaces; race += 1) {
    const record = await space.records.get(endKey(taskId));
    if (record === undefined) return;
    const end = parseEnd(record.value);
    if (end.state !== "done" || end.summary === undefined) return;
    const group = await space.groups.get(taskId);
    const isWhole = group !== undefined && group.planned >= end.subtasks.planned;
    const subtasks = isWhole ? countsOf(group) : end.subtasks;
    const value = { ...end, subtasks, summary: await summarise(space, taskId, end.summary.target, subtasks) };
    try {
      await space.commit(undefined, [{ type: "put", key: endKey(taskId), value, expectedVersion: record.version }]);
      return;
    } catch (error) {
      if (!(error instanceof StoreError && error.code === "version-conflict")) throw error;
    }
  }
};
