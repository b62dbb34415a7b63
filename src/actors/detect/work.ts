import { z } from "zod";
import type { Json } from "../../base/json.ts";
import { taskTypes } from "../../engines/malware/index.ts";

/** The space in which tasks, verdicts and samples are written down, and its queues. */
export const detectSpace = "detect";
export const decideQueue = "decide";
export const deadlineQueue = "deadline";
export const callbackQueue = "callback";
export const refreshQueue = "refresh";
export const detectEventQueue = "event";

export const kindShape = /^[a-z0-9][a-z0-9-]{0,31}$/;
export const taskIdShape = /^t-[0-9a-f]{32}$/;
export const sha256Shape = /^[0-9a-f]{64}$/;

/** What detectors of one kind are to do. */
export const kindQueue = (kind: string): string => `kind-${kind}`;
/** Names an execution in the queue of its kind. */
export const executionId = (taskId: string, nth: number): string => `${taskId}/${nth}`;

/** Result of an execution that could not have changed the verdict. */
export const skippedResult = "skipped";

/** 0 … 255, lower first. */
export const defaultTaskPriority = 100;
/** Of tasks that nobody waits for. */
export const refreshPriority = 200;

const taskId = z.string().regex(taskIdShape);
const execution = z.strictObject({
  taskId,
  nth: z.number().int().min(0),
  taskType: z.enum(taskTypes),
  sha256: z.string().regex(sha256Shape),
  size: z.number().int().min(0),
});
const taskRef = z.strictObject({ taskId });

/** One execution of a task, as it waits in the queue of its kind. */
export type Execution = z.infer<typeof execution>;

/** Parse what the store holds. They throw a ZodError that names the field. */
export const parseExecution = (body: Json): Execution => execution.parse(body);
export const parseTaskRef = (body: Json): z.infer<typeof taskRef> => taskRef.parse(body);
