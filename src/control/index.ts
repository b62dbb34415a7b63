export {
  CallTokens,
  createCallerToken,
  operatorName,
  readOrCreateToken,
  readSecretFile,
  readToken,
  TokenBook,
  type KnownToken,
} from "./access/index.ts";
export { Refusals, type Door, type RefusalCount, type RefusalReason } from "./access/refusals.ts";
export { CallbackSender } from "./detect/callback-sender.ts";
export { remoteCentre } from "./detect/remote-centre.ts";
export { startCollaborator, type Collaborator } from "./doors/collaborator/index.ts";
export { startEventsDoor, type EventsDoor, type EventSource } from "./doors/events/index.ts";
export type { EventSink } from "./doors/intake/event-sink.ts";
export { EventStatistics } from "./doors/intake/event-statistics.ts";
export { startSyslogDoor, type SyslogDoor, type SyslogSource } from "./doors/syslog/index.ts";
export { startRelayDoor, type RelayDoor, type RelayDoorSetup } from "./doors/relay/index.ts";
export { ControlError, type ControlErrorCode } from "./errors.ts";
export { measuredSink } from "./events/measured-sink.ts";
export { DetectStatistics } from "./http/detect-statistics.ts";
export { GuardProxyStatistics } from "./http/guard-proxy-statistics.ts";
export { GuardStatistics } from "./http/guard-statistics.ts";
export type { RelayFacts } from "./http/relay-metrics.ts";
export { RespondStatistics, type PlaybookProcesses } from "./http/respond-statistics.ts";
export { ScanStatistics } from "./http/scan-statistics.ts";
export { StoreStatistics } from "./http/store-statistics.ts";
export type { ListQueueNames, QueueName } from "./queues/queue-calls.ts";
export { PlaybookShelf } from "./runs/playbook-shelf.ts";
export { mostWaitingScans, QueueGate } from "./scans/queue-gate.ts";
export { checkScanSpec, type Scope } from "./scans/spec-check.ts";
export {
  startControlPlane,
  type ControlPlane,
  type ControlPlaneSetup,
  type DetectServices,
  type RespondServices,
} from "./start-control-plane.ts";
export { TlsFiles, type TlsFilesSetup, type TlsPaths } from "./tls/tls-files.ts";
