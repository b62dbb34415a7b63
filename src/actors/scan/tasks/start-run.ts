import { z } from "zod";
import type { Clock } from "../../../base/clock.ts";
import { StoreError, type Change, type Space } from "../../../store/index.ts";
import { submissionChanges } from "../records/submission-changes.ts";
import { checkSpec, defaultPriority, type ScanOptions } from "../spec.ts";
import { taskQueue } from "../work.ts";
import { hasEnded } from "./scan-status.ts";

/** Some targets that are scanned together, in the same way. */
export interface RunRequest {
  readonly targets: readonly string[];
  readonly bundle: string;
  readonly options: ScanOptions;
}

/** One scan for each target. */
export interface ScanRun {
  /** The id of each target's scan, in the order of the targets. */
  readonly taskIds: readonly string[];
  /** The run was begun before, and goes on. */
  readonly resumed: boolean;
}

/** `submitted` once every scan of the run is in the queue: before that, whoever comes next puts in the rest. */
const latestRun = z.strictObject({ number: z.number().int().min(1), submitted: z.boolean() });

const latestRunKey = "run/latest";
const scansPerCommit = 100;
const readsAtOnce = 50;
/** Each lost race means that another process has begun a run: the next look goes on with that one. */
const mostRaces = 10;

const taskId = (run: number, index: number): string => `run${run}-${index}`;

/**
 * Goes on with the latest run of this space if it has not ended, else begins a new one. The space belongs to this request, so an
 * unfinished run is a run of exactly it. Any number of targets; safe against others that do the same. The bundle is not looked for.
 * @throws ScanActorError `invalid`
 */
export const startRun = async (space: Space, clock: Clock, request: RunRequest): Promise<ScanRun> => {
  const { targets } = request;
  for (const target of targets)
    checkSpec({ target, bundle: request.bundle, options: request.options }, defaultPriority);
  for (let race = 0; race < mostRaces; race += 1) {
    const record = await space.records.get(latestRunKey);
    const latest = record === undefined ? undefined : latestRun.parse(record.value);
    if (latest !== undefined && (!latest.submitted || (await isUnderWay(space, latest.number, targets.length)))) {
      if (!latest.submitted) await submitAll(space, clock, latest.number, request);
      return { taskIds: targets.map((_, index) => taskId(latest.number, index)), resumed: true };
    }
    const number = (latest?.number ?? 0) + 1;
    if (await putLatest(space, { number, submitted: false }, record?.version ?? 0)) {
      await submitAll(space, clock, number, request);
      return { taskIds: targets.map((_, index) => taskId(number, index)), resumed: false };
    }
  }
  throw new StoreError("busy", `other processes began ${mostRaces} scans of these targets meanwhile`, {
    retryable: true,
  });
};

/** False: someone else has written it first. */
const putLatest = (space: Space, value: z.infer<typeof latestRun>, expectedVersion: number): Promise<boolean> =>
  committed(space, [{ type: "put", key: latestRunKey, value, expectedVersion }]);

/** False: a record that the changes expect was not as they expect it. */
const committed = async (space: Space, changes: readonly Change[]): Promise<boolean> => {
  try {
    await space.commit(undefined, changes);
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.code === "version-conflict") return false;
    throw error;
  }
};

/** Puts in the scans that are not known yet, and notes that none is missing. */
const submitAll = async (space: Space, clock: Clock, run: number, request: RunRequest): Promise<void> => {
  const { targets, bundle, options } = request;
  const nowMs = clock.wallMs();
  const scans = targets.map((target, index) =>
    submissionChanges(taskId(run, index), { target, bundle, options }, defaultPriority, nowMs),
  );
  for (let at = 0; at < scans.length; at += scansPerCommit) {
    const some = scans.slice(at, at + scansPerCommit);
    if (await committed(space, some.flat())) continue;
    // Another process has put in some of them.
    for (const scan of some) await committed(space, scan);
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
