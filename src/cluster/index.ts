export { ClusterError, type ClusterErrorCode } from "./errors.ts";
export { joinCluster, type JoinOptions } from "./join.ts";
export { keeperKind } from "./keeper.ts";
export type { MembershipEvent } from "./membership-event.ts";
export type { LinkCounts } from "./links/link-counters.ts";
export type { Link, LinkEvents, Sent } from "./links/link.ts";
export type { LinkState, LinkView } from "./links/link-view.ts";
export type { Links } from "./links/links.ts";
export type { NodeRef } from "./links/node-ref.ts";
export type { LinkRefusal } from "./links/refusal.ts";
export { Membership, type Look, type Renewal } from "./membership.ts";
export { commitUnder, ownedKind, ownerOf, type Grant, type HandedOver, type OwnedKind } from "./ownership/index.ts";
export type { AgreedSettings } from "./settings.ts";
export { systemProps, type SystemMessage, type SystemSetup } from "./system.ts";
export {
  clusterSpace,
  isLive,
  readTable,
  takesPart,
  type MemberState,
  type MemberView,
  type NodeIdentity,
  type TableView,
} from "./table.ts";
export type {
  AcceptedPeer,
  Channel,
  ChannelEvents,
  Transport,
  TransportFailure,
  TransportFailureCode,
} from "./transport/transport.ts";
