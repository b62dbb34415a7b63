import type { Json } from "../../base/json.ts";
import type { RequestCounts, ScanProblem } from "./report.ts";
import type { ScanSubtask, ScanTask } from "./work.ts";

/** Some templates that one probe runs together. */
export interface TemplateBatch {
  readonly templates: readonly string[];
  readonly requests: number;
}

/** What came of a subtask. Findings are in the form in which they are reported. */
export interface SubtaskOutcome {
  readonly findings: readonly Json[];
  /** Findings beyond what the engine keeps. */
  readonly droppedFindings: number;
  readonly requests: RequestCounts;
  readonly problems: readonly ScanProblem[];
}

/** What a subtask runs under. */
export interface RunOptions {
  readonly signal: AbortSignal;
  /** Called before each request; resolves when it may be sent, rejects when the signal aborts. Undefined: nothing limits them. */
  readonly admit: (() => Promise<void>) | undefined;
  /** No request may be sent before the one before has ended: they are counted one by one. */
  readonly oneAtATime: boolean;
}

/**
 * What the actors need of a scan engine. A call that rejects with a retryable StoreError is made again; any other rejection is a failure
 * of the work.
 */
export interface ScanEngine {
  /**
   * How a task is cut into subtasks. Equal tasks give equal batches in equal order, so that a scan which is resumed goes on where it was.
   * Rejects if the bundle of the task is not here, or is not what its hash says.
   */
  decompose(task: ScanTask): Promise<readonly TemplateBatch[]>;
  /** The same work in smaller batches: of the templates that share their requests, then of one template each. */
  split(subtask: ScanSubtask): Promise<readonly TemplateBatch[]>;
  /** Does the work of one subtask. Rejects only when it could not be done; what a target does wrong is part of the outcome. */
  run(subtask: ScanSubtask, options: RunOptions): Promise<SubtaskOutcome>;
}
