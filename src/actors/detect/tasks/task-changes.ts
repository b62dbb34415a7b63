import type { Change } from "../../../store/index.ts";
import { flightKey, taskKey } from "../records/keys.ts";
import type { TaskRecord } from "../records/task-record.ts";
import { deadlineQueue, decideQueue, executionId, kindQueue, type Execution } from "../work.ts";

/**
 * Everything that a new task writes, for one commit: its record, its executions as one sealed group whose end leads to the decision, and its
 * deadline. Refused (`version-conflict`) when a task of the same object and type is open.
 */
export const taskChanges = (
  taskId: string,
  task: TaskRecord,
  priority: number,
  deadlineMs: number,
): readonly Change[] => {
  const { sha256, size, taskType } = task;
  const executions = task.requirement.flatMap(({ kind, count }) =>
    Array.from({ length: count }, (_, nth): Change => {
      const body: Execution = { taskId, nth, taskType, sha256, size };
      const item = { id: executionId(taskId, nth), body, priority, group: taskId };
      return { type: "add", queue: kindQueue(kind), item };
    }),
  );
  const body = { taskId };
  return [
    { type: "put", key: flightKey(sha256, taskType), value: { task: taskId }, expectedVersion: 0 },
    { type: "put", key: taskKey(taskId), value: task, expectedVersion: 0 },
    ...executions,
    { type: "seal", group: taskId, onComplete: { queue: decideQueue, item: { id: taskId, body, priority } } },
    { type: "add", queue: deadlineQueue, item: { id: taskId, body, delayMs: deadlineMs } },
  ];
};
