import type { Address } from "../../../../kernel/index.ts";
import type { DetectorProcess } from "./detector-process.ts";

/** The process of a detector has ended, or is about to be ended. */
export interface ProcessEnded {
  readonly type: "process-ended";
  readonly detector: string;
  readonly kind: string;
  readonly reason: string;
  /** It has ended by itself so often that its kind cannot be relied on, without a heartbeat between. It is begun again all the same. */
  readonly fails: boolean;
}

/** What `/detect/relay/processes` is told. */
export type ProcessesMessage =
  /** The manager of the detectors has begun a life. */
  | { readonly type: "detectors"; readonly detectors: Address<ProcessEnded> }
  /** Executions wait for a kind. */
  | { readonly type: "waiting"; readonly kind: string }
  /** Nobody knows what a kind says of itself. */
  | { readonly type: "undescribed"; readonly kind: string }
  /** A detector has sent its first heartbeat. */
  | { readonly type: "here"; readonly detector: string }
  /** A detector has something to do. */
  | { readonly type: "busy"; readonly detector: string }
  /** A detector sends no heartbeats: its process hangs, if it is one of these. */
  | { readonly type: "silent"; readonly detector: string }
  /** A process that was started here is gone, or could not be started. */
  | {
      readonly type: "ended";
      readonly detector: string;
      readonly process: Promise<DetectorProcess>;
      readonly reason: string;
    }
  | { readonly type: "start" | "idle"; readonly detector: string };
