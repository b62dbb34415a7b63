import type { Clock } from "../../../base/clock.ts";
import type { Guard, GroupView, Space } from "../../../store/index.ts";
import type { ScanPeers } from "../links/scan-peers.ts";
import type { Submission } from "../records/scan-records.ts";
import { summarise } from "../tasks/summary.ts";
import { placeGroup, taskQueue } from "../work.ts";
import { endChanges } from "./end-changes.ts";
import { countsOf, readEnd } from "./scan-view.ts";

export interface CancelSetup {
  readonly space: Space;
  readonly clock: Clock;
  readonly peers: Pick<ScanPeers, "check">;
}

/**
 * Ends a scan and all of its subtasks, tells the nodes that work on them, and writes down what had been done by then: nothing can come after. A call that was interrupted is
 * completed by the next one, or by retention. False: the scan had ended in another way, and nothing of it was left to do.
 */
export const cancelScan = async (
  { space, clock, peers }: CancelSetup,
  id: string,
  { spec }: Submission,
): Promise<boolean> => {
  const end = await readEnd(space, id);
  // A dead scan may have been replayed.
  if (end !== undefined && end.state !== "dead") return false;
  const before = await space.queue.get(taskQueue, id);
  // One that the queue has forgotten ended long ago; its end will be written down.
  if (before === undefined || before.status === "done") return false;
  // One that was given up may have left subtasks that go on.
  if (before.status === "dead" && !isLive(await space.groups.get(id))) return false;
  // The task first, so that it plans no more subtasks.
  await space.groups.cancel(placeGroup(id));
  const task = await space.queue.get(taskQueue, id);
  if (task?.status === "done") return false;
  await space.groups.cancel(id);
  peers.check(id);
  await recordCancelled(space, undefined, { id, target: spec.target, nowMs: clock.wallMs() });
  return true;
};

interface CancelledScan {
  readonly id: string;
  readonly target: string;
  readonly nowMs: number;
}

/** The rest of cancelling a scan once its task has ended. */
export const endCancelled = async (space: Space, guard: Guard | undefined, scan: CancelledScan): Promise<void> => {
  await space.groups.cancel(scan.id);
  await recordCancelled(space, guard, scan);
};

const recordCancelled = async (
  space: Space,
  guard: Guard | undefined,
  { id, target, nowMs }: CancelledScan,
): Promise<void> => {
  const summary = await summarise(space, id, target, countsOf(await space.groups.get(id)));
  const { subtasks } = summary;
  await space.commit(guard, endChanges(id, { state: "cancelled", endedAtMs: nowMs, subtasks, summary }));
};

/** Some of its items have not ended. */
const isLive = (group: GroupView | undefined): boolean => {
  const { planned, done, failed, cancelled, dead } = countsOf(group);
  return planned > done + failed + cancelled + dead;
};
