import type { Guard } from "../../../store/index.ts";
import { bySubmission, indexedScan, submissionKey } from "../records/keys.ts";
import { parseSubmission } from "../records/scan-records.ts";
import { endCancelled } from "../scans/cancel-scan.ts";
import { endChanges } from "../scans/end-changes.ts";
import { countsOf, readEnd } from "../scans/scan-view.ts";
import { taskQueue } from "../work.ts";
import type { Round } from "./round.ts";

const scansPerRound = 200;

/**
 * Writes down the ends of scans that were given up: the store ended their tasks without anyone to write that down. Completes what was
 * interrupted while it cancelled a scan. Returns where to go on; `undefined`: from the first scan.
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
  const known = await readEnd(space, id);
  // A dead scan may have been replayed, and cancelled then.
  if (known !== undefined && known.state !== "dead") return;
  const task = await space.queue.get(taskQueue, id);
  const guard: Guard = { type: "lease", lease };
  // The queue forgets what was cancelled sooner than what was given up.
  if (task?.status === "cancelled" || (task === undefined && known === undefined)) {
    const submission = await space.records.get(submissionKey(id));
    if (submission === undefined) return;
    const { target } = parseSubmission(submission.value).spec;
    await endCancelled(space, guard, { id, target, nowMs });
  } else if (task?.status === "dead" && known === undefined) {
    const subtasks = countsOf(await space.groups.get(id));
    const lastError = task.lastError === undefined ? {} : { lastError: task.lastError };
    await space.commit(guard, endChanges(id, { state: "dead", endedAtMs: nowMs, subtasks, ...lastError }));
  }
};
