export { actorRefCodec, type ActorRef } from "./actor-ref.ts";
export { ByteReader } from "./bytes/byte-reader.ts";
export { ByteWriter } from "./bytes/byte-writer.ts";
export { callerNameShape, formatCaller, parseCaller, type Caller } from "./control-plane/caller.ts";
export {
  maxSummariesPerMessage,
  type AnnounceRequest,
  type ExecutionClaim,
  type ExecutionSummary,
  type FetchedExecution,
  type FetchTasksRequest,
  type SampleSource,
} from "./detect/centre-messages.ts";
export { centreService } from "./detect/centre-service.ts";
export type { Codec } from "./bytes/codec.ts";
export type { Actor, AuditRecord, DeadLetter, Member, NodeActors, Queue } from "./control-plane/control-messages.ts";
export { controlService } from "./control-plane/control-service.ts";
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
} from "./detect/detection-messages.ts";
export { detectionService } from "./detect/detection-service.ts";
export { sampleChunkBytes } from "./detect/detector-fields.ts";
export { endpointText, isLoopback, parseEndpoint, parseLoopback, type Endpoint } from "./endpoint.ts";
export {
  Envelope,
  envelopeBounds,
  envelopeKinds,
  readEnvelope,
  writeEnvelope,
  type EnvelopeKind,
} from "./links/envelope.ts";
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
} from "./respond/event-messages.ts";
export { eventService } from "./respond/event-service.ts";
export { fileDescriptors } from "./bytes/file-descriptors.ts";
export type { GuardShardStats, InterceptRule, ListedIndication } from "./guard/guard-fields.ts";
export type {
  FeedMessage,
  FeedRequest,
  GuardBlock,
  GuardBlocked,
  GuardReport,
  GuardSubject,
  PartOutcome,
} from "./guard/guard-messages.ts";
export { guardService } from "./guard/guard-service.ts";
export { guardShardCodecs } from "./guard/guard-shard-codecs.ts";
export type { Method } from "./bytes/method.ts";
export {
  certifiedPeer,
  formatPeerName,
  parsePeerName,
  peerNameOf,
  type NamedCertificate,
  type PeerName,
} from "./links/peer-name.ts";
export type { CacaoFacts, Playbook, PlaybookListing, PlaybookText } from "./respond/playbook-messages.ts";
export {
  maxClaimWaitMs,
  maxDetectorTasks,
  maxResultsPerMessage,
  type AssignedTask,
  type ClaimTasksRequest,
  type HeartbeatRequest,
  type TaskResult,
} from "./detect/relay-messages.ts";
export { relayService } from "./detect/relay-service.ts";
export { roleAllows, roles, type Role } from "./control-plane/role.ts";
export type { Run, RunAsk, RunMade, RunState, Step, StepAnswer } from "./respond/run-messages.ts";
export { runService } from "./respond/run-service.ts";
export { scanHintCodecs } from "./scan/scan-hints.ts";
export {
  maxBundleBytes,
  uploadChunkBytes,
  type Scan,
  type ScanOptions,
  type ScanSpec,
  type ScanState,
  type ScanSummary,
  type UploadBundleRequest,
} from "./scan/scan-messages.ts";
export { scanService } from "./scan/scan-service.ts";
export { callKeys, codeOf, detailKeys, statusName, type CallErrorCode } from "./bytes/status.ts";
export { wrongServer, type ExpectedServer } from "./tls/server-name.ts";
export { fixedTls, type TlsMaterial, type TlsSource } from "./tls/tls-source.ts";
export {
  BatchWriter,
  eachEnvelope,
  mostEnvelopeBytes,
  mostEnvelopesPerBatch,
  setHeldMs,
  type LinkBatch,
} from "./links/link-batch.ts";
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
} from "./links/link-frames.ts";
export type { LinkHello, LinkRefuse, LinkWelcome } from "./links/link-messages.ts";
