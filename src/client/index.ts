export type {
  Actor,
  AuditRecord,
  CallErrorCode,
  DeadLetter,
  EventExplanation,
  EventReceipt,
  EventRecord,
  EventState,
  Member,
  NodeActors,
  Playbook,
  PlaybookChoice,
  PlaybookListing,
  Queue,
  ReportedEvent,
  Run,
  RunMade,
  RunState,
  Scan,
  ScanOptions,
  ScanSpec,
  ScanState,
  ScanSummary,
  Step,
  StepAnswer,
} from "../wire/index.ts";
export { channelSecurity, type ChannelSecurity, type ClientTls } from "./channel-security.ts";
export { Connection, type CallOptions, type ConnectionOptions } from "./connection.ts";
export type { ControlClient, WatchActorsOptions } from "./control-client.ts";
export type { NodeMove } from "./cluster-connection.ts";
export { createClient, type GarrisonClient } from "./create-client.ts";
export { ClientError } from "./errors.ts";
export { eventBatches } from "./event-batches.ts";
export type { EventsClient } from "./events-client.ts";
export type { PageOptions } from "./page-options.ts";
export type { RunListOptions, RunsClient } from "./runs-client.ts";
export type { ScansClient, ScanSubmission } from "./scans-client.ts";
