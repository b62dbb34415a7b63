import type { TaskType } from "../../../engines/malware/index.ts";
import type { ObjectSource, TaskClaim } from "../centre-port.ts";

/** Names an execution on its host: no two of them are here at once. */
export const executionKey = ({ taskId, kind, nth }: Pick<TaskClaim, "taskId" | "kind" | "nth">): string =>
  `${taskId}/${kind}/${nth}`;

/** An execution of a task, as the stand-in of its detector has it. */
export interface Assignment {
  readonly key: string;
  readonly taskId: string;
  readonly kind: string;
  readonly nth: number;
  readonly taskType: TaskType;
  readonly object: ObjectSource;
  /** When nobody wants its result any more, by the monotonic clock. */
  readonly endsAtMs: number;
}
