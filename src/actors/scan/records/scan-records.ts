import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import { scanSummary, subtaskCounts } from "../report.ts";
import { priorityShape, scanSpec, type ScanSpec } from "../spec.ts";

const submission = z.strictObject({ spec: scanSpec, priority: priorityShape, submittedAtMs: z.number() });

/** What was submitted, and when (wall time). Written with the task, in one commit. */
export type Submission = { readonly spec: ScanSpec; readonly priority: number; readonly submittedAtMs: number };

const plan = z.strictObject({
  /** Token of the claim that first planned it: grows in the order of extraction. */
  extraction: z.number().int(),
  startedAtMs: z.number(),
  subtasks: z.number().int().min(0),
  requests: z.number().int().min(0),
});

/** How a scan is cut. Written with its first subtasks. */
export type PlanRecord = z.infer<typeof plan>;

const end = z.strictObject({
  state: z.enum(["done", "failed", "cancelled", "dead"]),
  endedAtMs: z.number(),
  subtasks: subtaskCounts,
  summary: scanSummary.exactOptional(),
  lastError: z.string().exactOptional(),
});

/** How a scan ended. Written with the end of its task; for one that was cancelled or given up, soon after. */
export type EndRecord = z.infer<typeof end>;

/** Parse what the store holds. They throw a ZodError that names the field. */
export const parseSubmission = (value: Json): Submission => submission.parse(value);
export const parsePlan = (value: Json): PlanRecord => plan.parse(value);
export const parseEnd = (value: Json): EndRecord => end.parse(value);
