import { z } from "zod";
import type { Json } from "../../base/json.ts";
import { priorityShape, scanSpec, type ScanSpec } from "./spec.ts";

/** The space in which scans live, and its queues: the first holds whole scans, the second their parts. */
export const scanSpace = "scan";
export const taskQueue = "tasks";
export const subtaskQueue = "subtasks";

/** The queues of scans, for listings. */
export const scanQueues: readonly { readonly space: string; readonly queue: string }[] = [
  { space: scanSpace, queue: taskQueue },
  { space: scanSpace, queue: subtaskQueue },
];

/**
 * A scan has two groups: one of its subtasks, named as the scan, and one that holds only its place among the scans in process. Holding
 * that one keeps a paused scan from being taken up.
 */
const placeSuffix = ".scan";
export const placeGroup = (taskId: string): string => `${taskId}${placeSuffix}`;

/** A task id is also the group of its subtasks, and part of the name of another group: no id may look like that one. */
export const taskIdShape = /^(?!.*\.scan$)[a-z0-9][a-z0-9.-]{0,56}$/;

/** One scan as it waits in the first queue. */
export type ScanTask = ScanSpec & {
  readonly priority: number;
  /** The `traceparent` of the call that submitted it: everything that is done for it is in that trace. Not part of what is scanned. */
  readonly trace?: string;
};

const scanTask = scanSpec.extend({ priority: priorityShape, trace: z.string().max(100).exactOptional() });

/** One part of a scan: some of its templates, and how many requests they plan. */
export type ScanSubtask = ScanTask & {
  readonly taskId: string;
  readonly templates: readonly string[];
  readonly requests: number;
};

const scanSubtask = scanTask.extend({
  taskId: z.string().regex(taskIdShape),
  templates: z.array(z.string().max(500)).min(1).max(10_000),
  requests: z.number().int().min(0),
});

/** Parse what the store holds. They throw a ZodError that names the field. */
export const parseTask = (body: Json): ScanTask => scanTask.parse(body);
export const parseSubtask = (body: Json): ScanSubtask => scanSubtask.parse(body);
