import { z } from "zod";
import { StoreError, type NewItem, type Space } from "../../../store/index.ts";
import { hasEnded } from "./submit.ts";
import { taskQueue } from "../work.ts";

/** Some targets that are scanned together, one task each. */
export interface ScanRun {
  /** The id of each target's task, in the order of the targets. */
  readonly taskIds: readonly string[];
  /** The run was begun before, and goes on. */
  readonly resumed: boolean;
}

/** `submitted` once every task of the run is in the queue: before that, whoever comes next puts in the rest. */
const latestRun = z.strictObject({ number: z.number().int().min(1), submitted: z.boolean() });

const latestRunKey = "run/latest";
const tasksPerAdd = 500;
const readsAtOnce = 50;
/** Each lost race means that another process has begun a run: the next look goes on with that one. */
const mostRaces = 10;

const taskId = (run: number, index: number): string => `run${run}-${index}`;

/**
 * Goes on with the latest run of this space if it has not ended, else begins a new one. The space belongs to these targets and
 * templates, so an unfinished run is a run of exactly them. Any number of targets; safe against others that do the same.
 */
export const startRun = async (space: Space, targets: readonly string[], bundle: string): Promise<ScanRun> => {
  for (let race = 0; race < mostRaces; race += 1) {
    const record = await space.records.get(latestRunKey);
    const latest = record === undefined ? undefined : latestRun.parse(record.value);
    if (latest !== undefined && (!latest.submitted || (await isUnderWay(space, latest.number, targets.length)))) {
      if (!latest.submitted) await submitTasks(space, latest.number, targets, bundle);
      return { taskIds: targets.map((_, index) => taskId(latest.number, index)), resumed: true };
    }
    const number = (latest?.number ?? 0) + 1;
    if (await putLatest(space, { number, submitted: false }, record?.version ?? 0)) {
      await submitTasks(space, number, targets, bundle);
      return { taskIds: targets.map((_, index) => taskId(number, index)), resumed: false };
    }
  }
  throw new StoreError("busy", `other processes began ${mostRaces} scans of these targets meanwhile`, {
    retryable: true,
  });
};

/** False: someone else has written it first. */
const putLatest = async (space: Space, value: z.infer<typeof latestRun>, expectedVersion: number): Promise<boolean> => {
  try {
    await space.commit(undefined, [{ type: "put", key: latestRunKey, value, expectedVersion }]);
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.code === "version-conflict") return false;
    throw error;
  }
};

/** Puts in the tasks that the queue does not know yet, and notes that none is missing. */
const submitTasks = async (space: Space, run: number, targets: readonly string[], bundle: string): Promise<void> => {
  const items = targets.map((target, index): NewItem => ({ id: taskId(run, index), body: { target, bundle } }));
  for (let at = 0; at < items.length; at += tasksPerAdd) {
    await space.queue.add(taskQueue, items.slice(at, at + tasksPerAdd));
  }
  const record = await space.records.get(latestRunKey);
  if (record === undefined || latestRun.parse(record.value).number !== run) return;
  await putLatest(space, { number: run, submitted: true }, record.version);
};

/** Whether a task of the run has not ended. Tasks that the queue has forgotten have. */
const isUnderWay = async (space: Space, run: number, tasks: number): Promise<boolean> => {
  for (let at = 0; at < tasks; at += readsAtOnce) {
    const ids = Array.from({ length: Math.min(readsAtOnce, tasks - at) }, (_, offset) => taskId(run, at + offset));
    const items = await Promise.all(ids.map((id) => space.queue.get(taskQueue, id)));
    if (items.some((item) => item !== undefined && !hasEnded(item.status))) return true;
  }
  return false;
};
