/**
 * Why this node did not take, or did not send, an envelope.
 *
 * - `malformed`: it is not an envelope, or names nothing that was numbered before.
 * - `not-exported`: the actor is not for other nodes.
 * - `other-protocol`: the actor is exported with another protocol.
 * - `unknown-type`: the protocol has no such message, or it is asked and was told, or the other way round.
 * - `undecodable`: its fields break the protocol's rules.
 * - `unencodable`: as `undecodable`, at the sender.
 * - `wrong-incarnation`: another actor has the path now.
 * - `oversized`: it would have been too large for a link.
 * - `expired`: the asker had given up before it came.
 * - `too-many`: as many asks, watches or stops of that node are served as may be.
 * - `not-stoppable`: the actor is not exported to be stopped.
 */
export const remoteRefusals = [
  "malformed",
  "not-exported",
  "other-protocol",
  "unknown-type",
  "undecodable",
  "unencodable",
  "wrong-incarnation",
  "oversized",
  "expired",
  "too-many",
  "not-stoppable",
] as const;

export type RemoteRefusal = (typeof remoteRefusals)[number];
