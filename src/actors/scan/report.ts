import { z } from "zod";
import type { Json } from "../../base/json.ts";

const counts = z.strictObject({
  planned: z.number().int().min(0),
  sent: z.number().int().min(0),
  failed: z.number().int().min(0),
  skipped: z.number().int().min(0),
  unneeded: z.number().int().min(0),
});

/**
 * Requests of a subtask or a scan: `sent` were answered; `failed` got no answer; `skipped` were not sent because their host was given up
 * or excluded; `unneeded` were not sent because an earlier match had settled the matter.
 */
export type RequestCounts = z.infer<typeof counts>;

const problem = z.strictObject({
  what: z.string().max(500),
  /** How many requests it concerns. */
  requests: z.number().int().min(0),
  /** Where it was met first; may be empty. */
  example: z.string().max(500),
});

/** Something that kept a part of a scan from being looked at. */
export type ScanProblem = z.infer<typeof problem>;

const reported = z.strictObject({
  requests: counts,
  findings: z.number().int().min(0),
  /** Findings that were too many or too large to be kept. */
  lostFindings: z.number().int().min(0),
  /** What went wrong, each kind once; at most 100 kinds. */
  problems: z.array(problem).max(100),
});

/** What a finished subtask reports beside its findings. */
export type SubtaskReport = z.infer<typeof reported>;

/** Subtasks of a scan, by how they ended; those that have not make up the difference to `planned`. */
export const subtaskCounts = z.strictObject({
  planned: z.number().int().min(0),
  done: z.number().int().min(0),
  failed: z.number().int().min(0),
  cancelled: z.number().int().min(0),
  dead: z.number().int().min(0),
});

export type SubtaskCounts = z.infer<typeof subtaskCounts>;

export const scanSummary = reported.omit({ lostFindings: true }).extend({
  target: z.string(),
  subtasks: subtaskCounts,
  /** Subtasks that were given up, each with its templates and the reason. */
  deadLetters: z.array(z.string().max(500)).max(100),
  complete: z.boolean(),
});

/**
 * How a scan ended. `complete` is false when any planned request was not answered or any subtask did not end as done: what was not
 * looked at is then named in `problems` and `deadLetters`.
 */
export type ScanSummary = z.infer<typeof scanSummary>;

/** Parses what the store holds. Throws a ZodError that names the field. */
export const parseReport = (value: Json): SubtaskReport => reported.parse(value);
