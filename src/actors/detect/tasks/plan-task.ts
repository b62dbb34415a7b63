import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { Cause } from "../../../engines/events/index.ts";
import type { Requirement, TaskType } from "../../../engines/malware/index.ts";
import type { Change } from "../../../store/index.ts";
import type { Requester, TaskRecord } from "../records/task-record.ts";
import { taskChanges } from "./task-changes.ts";

export interface TaskRequest {
  readonly sha256: string;
  readonly md5: string;
  readonly sha1: string;
  readonly size: number;
  readonly taskType: TaskType;
  readonly name?: string;
  /** Absent: nobody asked for it. */
  readonly requester?: Requester;
  /** 0 … 255, lower first. */
  readonly priority: number;
  /** Absent: no playbook asked for it. */
  readonly cause?: Cause;
}

/** Everything that a new task writes, for one commit. Refused (`version-conflict`) when a task of the same object and type is open. */
export const planTask = (
  { clock, random, deadlineMs }: { readonly clock: Clock; readonly random: Random; readonly deadlineMs: number },
  request: TaskRequest,
  requirement: Requirement,
): { readonly taskId: string; readonly changes: readonly Change[] } => {
  const { requester, priority, name, cause, ...object } = request;
  const task: TaskRecord = {
    state: "open",
    ...object,
    ...(name === undefined ? {} : { name }),
    ...(cause === undefined ? {} : { cause }),
    requirement,
    createdAtMs: clock.wallMs(),
    refresh: requester === undefined,
    requesters: requester === undefined ? [] : [requester],
  };
  const taskId = newTaskId(random);
  return { taskId, changes: taskChanges(taskId, task, priority, deadlineMs) };
};

const newTaskId = (random: Random): string => {
  const words = Array.from({ length: 4 }, () =>
    random
      .below(2 ** 32)
      .toString(16)
      .padStart(8, "0"),
  );
  return `t-${words.join("")}`;
};
