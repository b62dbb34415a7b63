export type { RunOptions, ScanEngine, SubtaskOutcome, TemplateBatch } from "./engine.ts";
export { scanProps } from "./scan.ts";
export type { ScanEvent, ScanSettings, ScanSetup } from "./setup.ts";
export { scanStatus, startRun, storedFindings, submitScan, type ScanRun, type ScanStatus } from "./submit.ts";
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
