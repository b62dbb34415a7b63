export { actorRefCodec, type ActorRef } from "./actor-ref.ts";
export { ByteReader } from "./byte-reader.ts";
export { ByteWriter } from "./byte-writer.ts";
export { callerNameShape, formatCaller, parseCaller, type Caller } from "./caller.ts";
export {
  maxSummariesPerMessage,
  type AnnounceRequest,
  type ExecutionClaim,
  type ExecutionSummary,
  type FetchedExecution,
  type FetchTasksRequest,
  type SampleSource,
} from "./centre-messages.ts";
export { centreService } from "./centre-service.ts";
export type { Codec } from "./codec.ts";
export type { Actor, AuditRecord, DeadLetter, Member, NodeActors, Queue } from "./control-messages.ts";
export { controlService } from "./control-service.ts";
export {
  maxDigestsPerMessage,
  parseDigest,
  type DetectorHost,
  type FileDigest,
  type PastVerdict,
  type SampleHeader,
  type StreamDigestsRequest,
  type SubmitSampleRequest,
  type SubmittedSample,
  type Verdict,
  type VerdictState,
} from "./detection-messages.ts";
export { detectionService } from "./detection-service.ts";
export { sampleChunkBytes } from "./detector-fields.ts";
export { endpointText, isLoopback, parseEndpoint, parseLoopback, type Endpoint } from "./endpoint.ts";
export { Envelope, envelopeBounds, envelopeKinds, readEnvelope, writeEnvelope, type EnvelopeKind } from "./envelope.ts";
export { WireError, type WireErrorCode } from "./errors.ts";
export {
  maxEventsPerMessage,
  type EventExplanation,
  type EventReceipt,
  type EventRecord,
  type EventState,
  type PlaybookChoice,
  type ReportedEvent,
  type StreamEventsRequest,
  type StreamEventsResponse,
} from "./event-messages.ts";
export { eventService } from "./event-service.ts";
export { fileDescriptors } from "./file-descriptors.ts";
export type { GuardShardStats, InterceptRule, ListedIndication } from "./guard-fields.ts";
export type {
  FeedMessage,
  FeedRequest,
  GuardBlock,
  GuardBlocked,
  GuardReport,
  GuardSubject,
  PartOutcome,
} from "./guard-messages.ts";
export { guardService } from "./guard-service.ts";
export { guardShardCodecs } from "./guard-shard-codecs.ts";
export type { Method } from "./method.ts";
export {
  certifiedPeer,
  formatPeerName,
  parsePeerName,
  peerNameOf,
  type NamedCertificate,
  type PeerName,
} from "./peer-name.ts";
export type { CacaoFacts, Playbook, PlaybookListing, PlaybookText } from "./playbook-messages.ts";
export {
  maxClaimWaitMs,
  maxDetectorTasks,
  maxResultsPerMessage,
  type AssignedTask,
  type ClaimTasksRequest,
  type HeartbeatRequest,
  type TaskResult,
} from "./relay-messages.ts";
export { relayService } from "./relay-service.ts";
export { roleAllows, roles, type Role } from "./role.ts";
export type { Run, RunAsk, RunMade, RunState, Step, StepAnswer } from "./run-messages.ts";
export { runService } from "./run-service.ts";
export { scanHintCodecs } from "./scan-hints.ts";
export {
  maxBundleBytes,
  uploadChunkBytes,
  type Scan,
  type ScanOptions,
  type ScanSpec,
  type ScanState,
  type ScanSummary,
  type UploadBundleRequest,
} from "./scan-messages.ts";
export { scanService } from "./scan-service.ts";
export { callKeys, codeOf, detailKeys, statusName, type CallErrorCode } from "./status.ts";
export { wrongServer, type ExpectedServer } from "./tls/server-name.ts";
export { fixedTls, type TlsMaterial, type TlsSource } from "./tls/tls-source.ts";
export {
  BatchWriter,
  eachEnvelope,
  mostEnvelopeBytes,
  mostEnvelopesPerBatch,
  setHeldMs,
  type LinkBatch,
} from "./link-batch.ts";
export {
  ackFrame,
  decodeReceiverFrame,
  decodeSenderFrame,
  helloFrame,
  linkProtocolVersion,
  mostFrameBytes,
  probeAnswerFrame,
  probeFrame,
  receiverRefuseFrame,
  senderRefuseFrame,
  welcomeFrame,
  type LinkAck,
  type ReceiverFrame,
  type SenderFrame,
} from "./link-frames.ts";
export type { LinkHello, LinkRefuse, LinkWelcome } from "./link-messages.ts";
