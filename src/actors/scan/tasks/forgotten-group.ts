import type { Space } from "../../../store/index.ts";
import { reportsOf } from "../records/reports.ts";
import type { SubtaskCounts } from "../report.ts";
import { requestsOf, type TaskPlan } from "./task-plan.ts";

/** Every subtask of the plan has been put into the second queue, and the group was sealed in the same commit. */
export const isQueued = ({ queued, batches }: TaskPlan): boolean => queued === batches.length;

/**
 * How the subtasks of a fully queued scan ended whose group the store has forgotten: a complete group is kept for a limited time only,
 * and a scan can be paused, or wait as a dead letter, for longer. What has left no report was given up.
 */
export const countsWithoutGroup = async (space: Space, taskId: string, plan: TaskPlan): Promise<SubtaskCounts> => {
  let done = 0;
  let requests = 0;
  for await (const report of reportsOf(space, taskId)) {
    done += 1;
    requests += report.requests.planned;
  }
  // A subtask that was split counts by its parts: their number is in no plan, that of their requests is.
  const dead = Math.max(plan.batches.length - done, requests < requestsOf(plan) ? 1 : 0);
  return { planned: done + dead, done, failed: 0, cancelled: 0, dead };
};
