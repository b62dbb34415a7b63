import { bounds, retryLimits, type Change, type Claim } from "../../../store/index.ts";
import type { ScanEngine, TemplateBatch } from "../engine.ts";
import { planKey } from "../records/keys.ts";
import type { PlanRecord } from "../records/scan-records.ts";
import { parseTask, subtaskQueue, type ScanSubtask, type ScanTask } from "../work.ts";

/** How a scan is cut, and how far its subtasks are in the second queue. */
export interface TaskPlan {
  readonly task: ScanTask;
  readonly batches: readonly TemplateBatch[];
  /** Batches that are in the second queue already. */
  readonly queued: number;
  readonly startedAtMs: number;
  /** Failures or losses are counted against the task since its last checkpoint. */
  readonly blamed: boolean;
}

/** One commit takes this many subtasks, the checkpoint, the plan's record, the seal and the release. */
const mostPerCommit = bounds.changes - 4;
/** Characters of JSON of the subtasks of one commit. */
const mostChars = bounds.callBytes / 2;

/** Goes on where the claim's checkpoint says. */
export const planOf = async (engine: ScanEngine, claim: Claim, nowMs: number): Promise<TaskPlan> => {
  const task = parseTask(claim.body);
  return {
    task,
    batches: await engine.decompose(task),
    queued: typeof claim.checkpoint === "number" ? claim.checkpoint : 0,
    startedAtMs: nowMs,
    blamed: claim.failures + claim.losses > 0,
  };
};

export const requestsOf = ({ batches }: TaskPlan): number => batches.reduce((sum, { requests }) => sum + requests, 0);

/**
 * A claim on a task that was lost often is the only one that its node holds: nothing else, not even the scan's own subtasks, is handed out
 * to that node. Once the task has proved harmless, it is handed back to be claimed like any other.
 */
export const isAlone = ({ losses }: Claim): boolean => losses >= retryLimits.aloneAfterLosses;

/** The changes that put the next subtasks into the second queue, and how far they get; the last of them seals the group. */
export const nextSubtasks = (
  claim: Claim,
  plan: TaskPlan,
): { readonly changes: readonly Change[]; readonly upTo: number } => {
  const changes: Change[] = [];
  let upTo = plan.queued;
  let chars = 0;
  for (const batch of plan.batches.slice(plan.queued, plan.queued + mostPerCommit)) {
    const change = subtaskChange(claim.id, plan.task, batch, upTo);
    chars += JSON.stringify(change).length;
    if (changes.length > 0 && chars > mostChars) break;
    changes.push(change);
    upTo += 1;
  }
  if (plan.queued === 0) changes.push({ type: "put", key: planKey(claim.id), value: recordOf(claim, plan) });
  if (upTo === plan.batches.length) changes.push({ type: "seal", group: claim.id });
  changes.push({ type: "checkpoint", claim, data: upTo });
  return { changes, upTo };
};

const subtaskChange = (taskId: string, task: ScanTask, batch: TemplateBatch, index: number): Change => {
  const body: ScanSubtask = { taskId, ...task, templates: batch.templates, requests: batch.requests };
  const id = `${taskId}.${String(index).padStart(6, "0")}`;
  return { type: "add", queue: subtaskQueue, item: { id, body, group: taskId, priority: task.priority } };
};

const recordOf = ({ token }: Claim, plan: TaskPlan): PlanRecord => ({
  extraction: token,
  startedAtMs: plan.startedAtMs,
  subtasks: plan.batches.length,
  requests: requestsOf(plan),
});
