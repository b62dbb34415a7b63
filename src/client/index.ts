export type {
  Actor,
  AuditRecord,
  CallErrorCode,
  DeadLetter,
  Member,
  NodeActors,
  Queue,
  Scan,
  ScanOptions,
  ScanSpec,
  ScanState,
  ScanSummary,
} from "../wire/index.ts";
export { channelSecurity, type ChannelSecurity, type ClientTls } from "./channel-security.ts";
export { Connection, type CallOptions, type ConnectionOptions } from "./connection.ts";
export type { ControlClient, WatchActorsOptions } from "./control-client.ts";
export type { NodeMove } from "./cluster-connection.ts";
export { createClient, type GarrisonClient } from "./create-client.ts";
export { ClientError } from "./errors.ts";
export type { PageOptions } from "./page-options.ts";
export type { ScansClient, ScanSubmission } from "./scans-client.ts";
