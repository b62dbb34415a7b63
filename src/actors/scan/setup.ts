import type { Space } from "../../store/index.ts";
import type { ScanEngine } from "./engine.ts";
import type { ScanPeers } from "./links/scan-peers.ts";

/** Settings of the scan actors of one node. Times in milliseconds. */
export interface ScanSettings {
  /** Scans under way at once, over all nodes (SCAN-6). */
  readonly maxTasksInProcess: number;
  /** Pause between the extraction of one task and the next (SCAN-5). */
  readonly extractIntervalMs: number;
  /** How long a claim holds without a heartbeat; heartbeats come at a third of it. */
  readonly leaseMs: number;
  /** Probes of this node; each runs one subtask at a time. */
  readonly probes: number;
  /** Requests to one target per second, over all probes and nodes (SCAN-17); `undefined`: no limit. */
  readonly rateLimitPerTarget: number | undefined;
  /** Requests to one target under way at once, over all probes and nodes; `undefined`: no limit. */
  readonly concurrencyPerTarget: number | undefined;
  /** How long the records of a scan that has ended are kept. */
  readonly retainMs: number;
  /** Absent: as many bytes as there are, and bundles for a day. */
  readonly retention?: ScanRetention;
}

/** How much of what has ended is kept beside for how long. */
export interface ScanRetention {
  /** Findings and reports of scans that have ended: of more, the scans that ended first are forgotten, a day after their end at the soonest. */
  readonly scanBytes: number | undefined;
  /** How long a bundle is kept that no scan uses. */
  readonly bundleMs: number;
  /** Bundles, as they are stored: of more, those that no scan uses are forgotten. */
  readonly bundleBytes: number | undefined;
}

/** What happened, for progress and logs of whoever started the actors. Only a hint: the store is the truth. */
export type ScanEvent =
  | { readonly type: "planned"; readonly taskId: string; readonly subtasks: number; readonly requests: number }
  | { readonly type: "started"; readonly taskId: string; readonly subtaskId: string; readonly probe: number }
  | { readonly type: "finished"; readonly taskId: string; readonly subtaskId: string; readonly requests: number }
  /** Its work seems to crash whatever runs it: each of its templates goes on as a subtask of its own. */
  | { readonly type: "split"; readonly taskId: string; readonly subtaskId: string }
  /** The end was not accepted: the claim was lost, or an earlier try had been accepted without an answer. */
  | { readonly type: "refused"; readonly taskId: string; readonly subtaskId: string }
  /** The claim on an item, a scan or a subtask, was no longer held: it had run out, or was taken. */
  | { readonly type: "claim-lost"; readonly id: string }
  | { readonly type: "probe-restarted"; readonly probe: number; readonly killed: boolean }
  | { readonly type: "task-ended"; readonly taskId: string };

/** What a node does for scans: `scheduler` extracts tasks and plans scans, `probe` runs subtasks. */
export type ScanRole = "scheduler" | "probe";

/** What the scan actors of one node are made from. */
export interface ScanSetup {
  readonly space: Space;
  readonly engine: ScanEngine;
  readonly settings: ScanSettings;
  /** Node id and incarnation: the owner of claims. */
  readonly owner: string;
  readonly notify: (event: ScanEvent) => void;
  /** Default: both. */
  readonly roles?: readonly ScanRole[];
  /** Default: the node is alone. */
  readonly peers?: ScanPeers;
}
