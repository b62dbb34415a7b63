import { bySubmission, indexedScan } from "../records/keys.ts";
import { endChanges } from "../scans/end-changes.ts";
import { countsOf, readEnd } from "../scans/scan-view.ts";
import { taskQueue } from "../work.ts";
import type { Round } from "./round.ts";

const scansPerRound = 200;

/**
 * Writes down the ends of scans that were given up, or whose cancelling was interrupted: the store ended their tasks without anyone to
 * write that down. Returns where to go on; `undefined`: from the first scan.
 */
export const recordEnds = async (round: Round, from: string | undefined): Promise<string | undefined> => {
  const { rows, next } = await round.space.records.list(bySubmission, {
    limit: scansPerRound,
    ...(from === undefined ? {} : { after: from }),
  });
  for (const { key } of rows) await recordEnd(round, indexedScan(key));
  return next;
};

const recordEnd = async ({ space, lease, nowMs }: Round, id: string): Promise<void> => {
  if ((await readEnd(space, id)) !== undefined) return;
  const task = await space.queue.get(taskQueue, id);
  // The queue forgets what was cancelled sooner than what was given up.
  const state = task === undefined ? "cancelled" : task.status;
  if (state !== "cancelled" && state !== "dead") return;
  const subtasks = countsOf(await space.groups.get(id));
  const lastError = task?.lastError === undefined ? {} : { lastError: task.lastError };
  await space.commit({ type: "lease", lease }, endChanges(id, { state, endedAtMs: nowMs, subtasks, ...lastError }));
};
