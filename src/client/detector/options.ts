import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { DetectionEngine, ScanResult } from "../../engines/malware/index.ts";
import type { ClientError } from "../errors.ts";

/** What happened, for logs. */
export type DetectorEvent =
  /** The relay knows the detector: at the start, and after each loss. */
  | { readonly type: "connected" }
  /** The relay is not reached, or has forgotten the detector; it is tried again until the detector ends. */
  | { readonly type: "disconnected"; readonly error: ClientError }
  | {
      readonly type: "scanned";
      readonly taskId: string;
      readonly sha256: string;
      readonly result: ScanResult;
      readonly tookMs: number;
    }
  /** The relay refuses results for good: their tasks go to other detectors. */
  | { readonly type: "refused"; readonly results: number; readonly error: ClientError };

export interface DetectorOptions {
  /** What detects. It is closed at the end. */
  readonly engine: DetectionEngine;
  /** The unix socket of the host's relay, an absolute path. */
  readonly socket: string;
  /** Ends the detector: it claims nothing more, ends what it scans within `graceMs`, and reports it. */
  readonly signal: AbortSignal;
  /** Unique on the host: letters, digits, `.`, `_` and `-`, at most 64 (default: kind and process id). */
  readonly name?: string;
  /** How long one scan may take, in milliseconds (default 120,000); less where nobody waits so long. */
  readonly scanTimeoutMs?: number;
  /** How long scans under way may go on once it ends (default 5,000). */
  readonly graceMs?: number;
  /** How long the engine may take to close after that (default 5,000). */
  readonly closeMs?: number;
  /** Takes copies of objects whose path cannot be read here (default: the folder for temporary files of the system). */
  readonly folder?: string;
  readonly notify?: (event: DetectorEvent) => void;
  readonly clock?: Clock;
  readonly random?: Random;
}
