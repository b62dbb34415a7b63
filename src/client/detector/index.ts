export type {
  DetectionEngine,
  DetectorClass,
  DetectorDescription,
  ScanFailure,
  ScanObject,
  ScanResult,
  TaskType,
  Trust,
} from "../../engines/malware/index.ts";
export { DetectorError, type DetectorErrorCode } from "./errors.ts";
export type { DetectorEvent, DetectorOptions } from "./options.ts";
export { runDetector } from "./run-detector.ts";
