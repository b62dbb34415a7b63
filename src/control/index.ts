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
export { startCollaborator, type Collaborator } from "./doors/collaborator/index.ts";
export { ControlError, type ControlErrorCode } from "./errors.ts";
export { ScanStatistics } from "./http/scan-statistics.ts";
export { StoreStatistics } from "./http/store-statistics.ts";
export type { QueueName } from "./queues/queue-calls.ts";
export type { Scope } from "./scans/spec-check.ts";
export { startControlPlane, type ControlPlane, type ControlPlaneSetup } from "./start-control-plane.ts";
export { TlsFiles, type TlsFilesSetup, type TlsPaths } from "./tls/tls-files.ts";
