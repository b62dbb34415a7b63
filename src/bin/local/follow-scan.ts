import { hasEnded, scanStatus, type ScanStatus } from "../../actors/scan/index.ts";
import type { Clock } from "../../base/clock.ts";
import { StoreError, type Space } from "../../store/index.ts";

/** Where all scans of a run stand together. */
export interface RunProgress {
  readonly ended: boolean;
  readonly subtasks: { readonly planned: number; readonly ended: number };
  /** By task, in the order of the targets; `undefined` where the store does not know it. */
  readonly tasks: readonly (ScanStatus | undefined)[];
}

export interface FollowOptions {
  readonly space: Space;
  readonly taskIds: readonly string[];
  readonly clock: Clock;
  /** Ends the following; the progress known then is returned. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
  /** The store did not answer; it is asked again. */
  readonly onSilence: (error: StoreError) => void;
}

const longestWaitMs = 500;
/** Between two looks: a store that changes all the time is not worth a look at each change. */
const pauseMs = 100;
/** Scans looked at together, so that the calls of a thousand do not crowd out those of the actors. */
const looksAtOnce = 50;

/** Looks at the store, whenever it has changed, until every scan of the run has ended or the signal aborts. */
export const followRun = async (options: FollowOptions): Promise<RunProgress> => {
  const { space, taskIds, clock, signal } = options;
  const tasks: (ScanStatus | undefined)[] = taskIds.map(() => undefined);
  let open: readonly number[] = [...taskIds.keys()];
  let seen = 0;
  for (;;) {
    seen = await space.changed(seen, longestWaitMs);
    try {
      open = await look(space, taskIds, tasks, open);
    } catch (error) {
      if (!(error instanceof StoreError && error.retryable)) throw error;
      options.onSilence(error);
    }
    const progress = progressOf(tasks, open.length === 0);
    options.onProgress(progress);
    if (progress.ended || signal.aborted) return progress;
    await new Promise<void>((resolve) => clock.after(pauseMs, resolve));
  }
};

/** Brings `tasks` up to date at the places that are open. Returns those that stay open. */
const look = async (
  space: Space,
  taskIds: readonly string[],
  tasks: (ScanStatus | undefined)[],
  open: readonly number[],
): Promise<readonly number[]> => {
  for (let from = 0; from < open.length; from += looksAtOnce) {
    const places = open.slice(from, from + looksAtOnce);
    const statuses = await Promise.all(places.map((place) => scanStatus(space, taskIds[place] ?? "")));
    places.forEach((place, index) => (tasks[place] = statuses[index]));
  }
  return open.filter((place) => {
    const task = tasks[place];
    return task !== undefined && !hasEnded(task.status);
  });
};

const progressOf = (tasks: readonly (ScanStatus | undefined)[], ended: boolean): RunProgress => {
  const subtasks = { planned: 0, ended: 0 };
  for (const task of tasks) {
    if (task?.subtasks === undefined) continue;
    const { planned, done, failed, cancelled, dead } = task.subtasks;
    subtasks.planned += planned;
    subtasks.ended += done + failed + cancelled + dead;
  }
  return { ended, subtasks, tasks: [...tasks] };
};
