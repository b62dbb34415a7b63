import type { TaskType } from "../../../../engines/malware/index.ts";
import type { ReplyTo } from "../../../../kernel/index.ts";
import type { AssignedTask, TaskClaimRequest } from "../desk-calls.ts";
import type { Assignment } from "../execution.ts";

/** An assignment whose object is complete, at a path. */
export interface ReadyTask {
  readonly assignment: Assignment;
  readonly path: string;
}

/** A claim of a detector that is not answered yet. */
export interface OpenClaim {
  readonly id: number;
  readonly claim: TaskClaimRequest;
  readonly replyTo: ReplyTo<readonly AssignedTask[]>;
}

/** The ready tasks that a claim is to get, at most as many of each type as it wants; the first ones first. */
export const tasksFor = (
  { wants, taskIds }: TaskClaimRequest,
  ready: Iterable<ReadyTask>,
  nowMs: number,
): readonly ReadyTask[] => {
  const left = new Map<TaskType, number>(wants.map(({ taskType, count }) => [taskType, count]));
  const chosen: ReadyTask[] = [];
  for (const task of ready) {
    const { taskType, taskId, endsAtMs } = task.assignment;
    const more = left.get(taskType) ?? 0;
    if (more === 0 || endsAtMs <= nowMs || taskIds?.includes(taskId) === false) continue;
    left.set(taskType, more - 1);
    chosen.push(task);
  }
  return chosen;
};

/** What of a claim those tasks leave. */
export const unmetWants = (
  { wants }: TaskClaimRequest,
  given: readonly ReadyTask[],
): readonly { readonly taskType: TaskType; readonly count: number }[] =>
  wants
    .map(({ taskType, count }) => ({
      taskType,
      count: count - given.filter(({ assignment }) => assignment.taskType === taskType).length,
    }))
    .filter(({ count }) => count > 0);

export const assignedTask = ({ assignment, path }: ReadyTask, nowMs: number): AssignedTask => {
  const { taskId, kind, nth, taskType, object, endsAtMs } = assignment;
  const { sha256, size } = object;
  return { taskId, kind, nth, taskType, object: { sha256, size, path }, leftMs: endsAtMs - nowMs };
};
