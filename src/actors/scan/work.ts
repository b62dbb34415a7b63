import { z } from "zod";
import type { Json } from "../../base/json.ts";

/** The space in which scans live, and its queues: the first holds whole scans, the second their parts. */
export const scanSpace = "scan";
export const taskQueue = "tasks";
export const subtaskQueue = "subtasks";

/** A task id is also the group of its subtasks. */
export const taskIdShape = /^[a-z0-9][a-z0-9.-]{0,63}$/;

/** One scan: what is scanned, and with which templates. The templates themselves are named by the hash of their content. */
export interface ScanTask {
  readonly target: string;
  /** SHA-256 over the templates, hex. */
  readonly bundle: string;
}

const scanTask = z.strictObject({
  target: z.string().min(1).max(2_048),
  bundle: z.string().regex(/^[0-9a-f]{64}$/),
});

/** One part of a scan: some of its templates, and how many requests they plan. */
export interface ScanSubtask {
  readonly taskId: string;
  readonly target: string;
  readonly bundle: string;
  readonly templates: readonly string[];
  readonly requests: number;
}

const scanSubtask = scanTask.extend({
  taskId: z.string().regex(taskIdShape),
  templates: z.array(z.string().max(500)).min(1).max(10_000),
  requests: z.number().int().min(0),
});

const counts = z.strictObject({
  planned: z.number().int().min(0),
  sent: z.number().int().min(0),
  failed: z.number().int().min(0),
  skipped: z.number().int().min(0),
  unneeded: z.number().int().min(0),
});

/**
 * Requests of a subtask or a scan: `sent` were answered; `failed` got no answer; `skipped` were not sent because their host was given up;
 * `unneeded` were not sent because an earlier match had settled the matter.
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

const summary = reported.omit({ lostFindings: true }).extend({
  target: z.string(),
  subtasks: z.strictObject({
    planned: z.number().int(),
    done: z.number().int(),
    failed: z.number().int(),
    cancelled: z.number().int(),
    dead: z.number().int(),
  }),
  deadLetters: z.array(z.string().max(500)).max(100),
  complete: z.boolean(),
});

/**
 * How a scan ended. `complete` is false when any planned request was not answered or any subtask did not end as done: what was not
 * looked at is then named in `problems` and `deadLetters`.
 */
export type ScanSummary = z.infer<typeof summary>;

/** Parse what the store holds. They throw a ZodError that names the field. */
export const parseTask = (body: Json): ScanTask => scanTask.parse(body);
export const parseSubtask = (body: Json): ScanSubtask => scanSubtask.parse(body);
export const parseReport = (value: Json): SubtaskReport => reported.parse(value);
export const parseSummary = (value: Json): ScanSummary => summary.parse(value);

/** Records that a finished subtask leaves, by key. */
export const reportPrefix = (taskId: string): string => `report/${taskId}/`;
export const findingPrefix = (taskId: string): string => `finding/${taskId}/`;
export const reportKey = (taskId: string, subtaskId: string): string => `${reportPrefix(taskId)}${subtaskId}`;
export const findingKey = (taskId: string, subtaskId: string, index: number): string =>
  `${findingPrefix(taskId)}${subtaskId}/${String(index).padStart(4, "0")}`;
