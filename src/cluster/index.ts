export { ClusterError, type ClusterErrorCode } from "./errors.ts";
export { joinCluster, type JoinOptions } from "./join.ts";
export { keeperKind } from "./keeper.ts";
export type { MembershipEvent } from "./membership-event.ts";
export {
  knock,
  Links,
  type Link,
  type LinkCounts,
  type LinkEvents,
  type LinkRefusal,
  type LinksSetup,
  type LinkState,
  type LinkView,
  type NodeRef,
  type Sent,
} from "./links/index.ts";
export { Membership, type Look, type Renewal } from "./membership.ts";
export { commitUnder, ownedKind, ownerOf, type Grant, type HandedOver, type OwnedKind } from "./ownership/index.ts";
export { defaultLeaseMs } from "./node-lease.ts";
export {
  asking,
  message,
  Remote,
  remoteProtocol,
  remoteRefusals,
  type ExportOptions,
  type RemoteCounts,
  type RemoteFields,
  type RemoteForms,
  type RemoteMessage,
  type RemoteProtocol,
  type RemoteRefusal,
  type RemoteSetup,
} from "./remote/index.ts";
export { clusterSettings, type AgreedSettings } from "./settings.ts";
export {
  shardKind,
  shardOf,
  Shards,
  type AddressableKind,
  type ShardCounts,
  type ShardKindParts,
  type ShardsSetup,
} from "./shards/index.ts";
export type { SilentPeer, Suspects } from "./suspicion/suspects.ts";
export { suspectsOf } from "./suspicion/suspects-of-links.ts";
export { systemProps, type SystemMessage, type SystemSetup } from "./system.ts";
export {
  clusterSpace,
  isLive,
  readTable,
  takesPart,
  type MemberState,
  type MemberView,
  type NodeIdentity,
  type Suspicion,
  type TableView,
} from "./table.ts";
export { GrpcTransport, type GrpcTransportSetup, type NodeSecurity } from "./transport/grpc/index.ts";
export { MemoryNetwork, type MemoryNetworkSetup, type MemoryNodeSetup } from "./transport/memory/index.ts";
export type {
  AcceptedPeer,
  Channel,
  ChannelEvents,
  Transport,
  TransportFailure,
  TransportFailureCode,
} from "./transport/transport.ts";
