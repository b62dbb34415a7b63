import type { Clock } from "../../../base/clock.ts";
import type { Space } from "../../../store/index.ts";
import type { Submission } from "../records/scan-records.ts";
import { summarise } from "../tasks/summary.ts";
import { placeGroup, taskQueue } from "../work.ts";
import { endChanges } from "./end-changes.ts";
import { countsOf, readEnd } from "./scan-view.ts";

/**
 * Ends a scan and all of its subtasks, and writes down what had been done by then: nothing can come after. A call that was interrupted is
 * completed by the next one. False: the scan had ended in another way.
 */
export const cancelScan = async (space: Space, clock: Clock, id: string, { spec }: Submission): Promise<boolean> => {
  const end = await readEnd(space, id);
  // A dead scan may have been replayed.
  if (end !== undefined && end.state !== "dead") return false;
  const before = await space.queue.get(taskQueue, id);
  // One that the queue has forgotten ended long ago; its end will be written down.
  if (before === undefined || before.status === "dead" || before.status === "done") return false;
  // The task first, so that it plans no more subtasks.
  await space.groups.cancel(placeGroup(id));
  const task = await space.queue.get(taskQueue, id);
  if (task?.status === "done" || task?.status === "dead") return false;
  await space.groups.cancel(id);
  const group = await space.groups.get(id);
  const summary = await summarise(space, id, spec.target, countsOf(group));
  const endedAtMs = clock.wallMs();
  await space.commit(undefined, endChanges(id, { state: "cancelled", endedAtMs, subtasks: summary.subtasks, summary }));
  return true;
};
