export type { RunOptions, ScanEngine, SubtaskOutcome, TemplateBatch } from "./engine.ts";
export { scanProps } from "./scan.ts";
export type { ScanEvent, ScanSettings, ScanSetup } from "./setup.ts";
export { startRun, type ScanRun } from "./tasks/start-run.ts";
export { hasEnded, scanStatus, storedFindings, submitScan, type ScanStatus } from "./tasks/submit.ts";
export { bundleOf, templateEngine, type TemplateEngineSetup } from "./template-engine.ts";
export {
  scanSpace,
  subtaskQueue,
  taskQueue,
  type RequestCounts,
  type ScanSubtask,
  type ScanSummary,
  type ScanTask,
} from "./work.ts";
