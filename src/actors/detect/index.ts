export type {
  CentrePort,
  FetchedTask,
  GiveBackReason,
  ObjectSource,
  OfferedKind,
  RelayIdentity,
  TaskClaim,
  TaskSummary,
  WantedTasks,
} from "./centre-port.ts";
export { CentreDesk } from "./desk/centre-desk.ts";
export { detectProps, type DetectSetup } from "./detect.ts";
export { DetectError, type DetectErrorCode } from "./errors.ts";
export { mostDigests } from "./library/digest.ts";
export { Verdicts, type CheckOptions } from "./library/verdicts.ts";
export { detectQueues } from "./queues.ts";
export { RelayDesk, type RelayManagers, type RelayView } from "./relay/desk.ts";
export type {
  AssignedTask,
  DetectorResult,
  Heartbeat,
  HeartbeatAnswer,
  ResultReport,
  TaskClaimRequest,
} from "./relay/desk-calls.ts";
export type { DetectorView } from "./relay/detectors/detectors-protocol.ts";
export type { ObjectCounts, ObjectView } from "./relay/objects/objects-protocol.ts";
export type {
  ConfiguredDetectors,
  DetectorProcess,
  DetectorProcesses,
  StartDetector,
} from "./relay/processes/detector-process.ts";
export { relayProps } from "./relay/relay.ts";
export { defaultRelaySettings, type RelaySettings } from "./relay/settings.ts";
export type { OpenRelayDoor, RelayDoor, RelaySetup } from "./relay/setup.ts";
export type { TaskCounts } from "./relay/tasks/tasks-protocol.ts";
export { SampleFiles, type SampleFilesOptions } from "./samples/sample-files.ts";
export { Samples, type Submitted } from "./samples/samples.ts";
export type { Submission } from "./samples/submission.ts";
export type { Callback, CentreSettings, CentreSetup, DetectEvent, SendCallback } from "./setup.ts";
export type { Digest, PastVerdict, VerdictDetail, VerdictState, VerdictView } from "./views.ts";
export { defaultTaskPriority, detectSpace, kindQueue, kindShape, taskIdShape } from "./work.ts";
