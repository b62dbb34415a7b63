import type { DetectorDescription, ScanResult, TaskType } from "../../../engines/malware/index.ts";

/** A detector says that it lives. The first one makes its instance. */
export interface Heartbeat {
  /** Unique on the host: 1 … 64 letters, digits, `.`, `_` and `-`. */
  readonly detector: string;
  /** Unique for each life of the detector: 1 … 64 letters, digits, `.`, `_` and `-`. */
  readonly incarnation: string;
  readonly description: DetectorDescription;
  /** How many scans it can have under way at once: 1 … 1,024. */
  readonly capacity: number;
  /** How many tasks it has at hand: claimed, and their results not reported yet. */
  readonly load: number;
  readonly pid?: number;
}

export interface HeartbeatAnswer {
  /** When to send the next one. */
  readonly heartbeatMs: number;
}

/** A detector wants tasks. Claims may come at any time; those of one window count as their maximum. */
export interface TaskClaimRequest {
  readonly detector: string;
  readonly incarnation: string;
  /** At most one for each task type; `count` 1 … 1,024. */
  readonly wants: readonly { readonly taskType: TaskType; readonly count: number }[];
  /** Only of these tasks; at most 256. */
  readonly taskIds?: readonly string[];
  /** How long to wait for a task when none is ready: 0 … 60,000. */
  readonly waitMs: number;
}

/** One execution of a task, for the detector that claimed it. */
export interface AssignedTask {
  readonly taskId: string;
  readonly kind: string;
  readonly nth: number;
  readonly taskType: TaskType;
  /** The object is at `path`, read-only, until the result is reported. */
  readonly object: { readonly sha256: string; readonly size: number; readonly path: string };
  /** After that nobody wants the result. */
  readonly leftMs: number;
}

/** What a detector has found. Said again, a result changes nothing; one of a task that it no longer has is ignored. */
export interface ResultReport {
  readonly detector: string;
  readonly incarnation: string;
  /** 1 … 1,024. */
  readonly results: readonly DetectorResult[];
}

export interface DetectorResult {
  readonly taskId: string;
  readonly kind: string;
  readonly nth: number;
  readonly result: ScanResult;
  readonly tookMs: number;
  /** Absent: what the detector had said of itself when it claimed the task. */
  readonly madeWith?: Pick<DetectorDescription, "engineVersion" | "signatureVersion">;
}
