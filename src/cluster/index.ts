export type { AgreedSettings } from "./agreement.ts";
export { ClusterError, type ClusterErrorCode } from "./errors.ts";
export { clusterSpace, listMembers, type MemberState, type MemberView, type NodeIdentity } from "./member.ts";
export { joinCluster, type JoinOptions, type Membership } from "./membership.ts";
export { type MembershipSetup } from "./membership-actor.ts";
export { systemProps, type SystemMessage } from "./system.ts";
