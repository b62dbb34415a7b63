export type {
  Actor,
  AuditRecord,
  CacaoFacts,
  CallErrorCode,
  DeadLetter,
  DetectorHost,
  EventExplanation,
  EventReceipt,
  EventRecord,
  EventState,
  FeedMessage,
  FileDigest,
  GuardBlock,
  GuardBlocked,
  GuardShardStats,
  GuardSubject,
  ListedIndication,
  Member,
  NodeActors,
  PastVerdict,
  Playbook,
  PlaybookChoice,
  PlaybookListing,
  PlaybookText,
  Queue,
  ReportedEvent,
  Run,
  RunAsk,
  RunMade,
  RunState,
  SampleHeader,
  Scan,
  ScanOptions,
  ScanSpec,
  ScanState,
  ScanSummary,
  Step,
  StepAnswer,
  SubmittedSample,
  Verdict,
  VerdictState,
} from "../wire/index.ts";
export { parseDigest } from "../wire/index.ts";
export { CentreClient, type CentreClientOptions, type CentreNode } from "./centre-client.ts";
export { channelSecurity, type ChannelSecurity, type ClientTls } from "./channel-security.ts";
export { Connection, type CallOptions, type ConnectionOptions } from "./connection.ts";
export type { ControlClient, WatchActorsOptions } from "./control-client.ts";
export type { NodeMove } from "./cluster-connection.ts";
export { createClient, type GarrisonClient } from "./create-client.ts";
export type { CheckOptions, DetectionClient } from "./detection-client.ts";
export { ClientError } from "./errors.ts";
export { eventBatches } from "./event-batches.ts";
export type { EventsClient } from "./events-client.ts";
export type { FeedPositions, GuardClient, IndicationOptions } from "./guard-client.ts";
export { NodeConnections, type NodeConnectionsOptions } from "./node-connections.ts";
export type { PageOptions } from "./page-options.ts";
export type { RunListOptions, RunsClient, RunStartOptions } from "./runs-client.ts";
export type { ScansClient, ScanSubmission } from "./scans-client.ts";
