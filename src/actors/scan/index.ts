export { bundleEngine, type BundleEngineSetup } from "./bundles/bundle-engine.ts";
export { BundleStore } from "./bundles/bundle-store.ts";
export type { RunOptions, ScanEngine, SubtaskOutcome, TemplateBatch } from "./engine.ts";
export { ScanActorError, type ScanActorErrorCode } from "./errors.ts";
export type { RequestCounts, ScanProblem, ScanSummary, SubtaskCounts } from "./report.ts";
export { LinkedPeers } from "./links/linked-peers.ts";
export type { ScanPeers } from "./links/scan-peers.ts";
export { scanProps } from "./scan.ts";
export { Scans, type ScanListing } from "./scans/scans.ts";
export { scanHasEnded, type ScanState, type ScanView } from "./scans/scan-view.ts";
export type { ScanEvent, ScanRole, ScanSettings, ScanSetup } from "./setup.ts";
export { defaultPriority, noOptions, type ScanOptions, type ScanSpec } from "./spec.ts";
export { startRun, type RunRequest, type ScanRun } from "./tasks/start-run.ts";
export { hasEnded, scanStatus, storedFindings, type ScanStatus } from "./tasks/scan-status.ts";
export {
  scanQueues,
  scanSpace,
  subtaskQueue,
  taskIdShape,
  taskQueue,
  type ScanSubtask,
  type ScanTask,
} from "./work.ts";
