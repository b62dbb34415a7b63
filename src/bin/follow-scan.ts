import { scanStatus, type ScanStatus } from "../actors/scan/index.ts";
import type { Space } from "../store/index.ts";

/** Where all scans of a run stand together. */
export interface RunProgress {
  readonly ended: boolean;
  readonly subtasks: { readonly planned: number; readonly ended: number };
  /** By task, in the order of the targets; `undefined` where the store does not know it. */
  readonly tasks: readonly (ScanStatus | undefined)[];
}

const longestWaitMs = 500;
const endings = new Set(["done", "failed", "cancelled", "dead"]);

const look = async (space: Space, taskIds: readonly string[]): Promise<RunProgress> => {
  const tasks = await Promise.all(taskIds.map((id) => scanStatus(space, id)));
  let planned = 0;
  let ended = 0;
  for (const task of tasks) {
    if (task?.subtasks === undefined) continue;
    const { done, failed, cancelled, dead } = task.subtasks;
    planned += task.subtasks.planned;
    ended += done + failed + cancelled + dead;
  }
  return {
    ended: tasks.every((task) => task === undefined || endings.has(task.status)),
    subtasks: { planned, ended },
    tasks,
  };
};

/** Looks at the store, whenever it has changed, until every scan of the run has ended or the signal aborts. */
export const followRun = async (
  space: Space,
  taskIds: readonly string[],
  signal: AbortSignal,
  onProgress: (progress: RunProgress) => void,
): Promise<RunProgress> => {
  let seen = 0;
  for (;;) {
    seen = await space.changed(seen, longestWaitMs);
    const progress = await look(space, taskIds);
    onProgress(progress);
    if (progress.ended || signal.aborted) return progress;
  }
};
