import { printable } from "../../base/printable.ts";

/**
 * Why one side of a link ended a connection.
 *
 * - `protocol-version`: the sender speaks another version.
 * - `other-cluster`: the sender belongs to a cluster of another name.
 * - `certificate`: the certificate is not that of the node that it says it is.
 * - `wrong-target`: another node, or another incarnation of it, was meant; it restarted, or its address went to somebody else.
 * - `unknown-sender`: the table of members does not call the sender live.
 * - `stale-epoch`: a later connection of this sender was seen.
 * - `settings-differ`: settings that have to agree do not.
 * - `replaced`: the sender has connected anew.
 * - `malformed`: a frame is not one, or comes where it must not.
 * - `gap`: envelopes are missing in the sequence.
 * - `no-handshake`: the first frame did not come in time.
 * - `silent`: nothing came from the peer for too long.
 * - `too-many`: more connections wait for their handshake than are allowed.
 * - `closing`: the node ends.
 */
export const linkRefusals = [
  "protocol-version",
  "other-cluster",
  "certificate",
  "wrong-target",
  "unknown-sender",
  "stale-epoch",
  "settings-differ",
  "replaced",
  "malformed",
  "gap",
  "no-handshake",
  "silent",
  "too-many",
  "closing",
] as const;

export type LinkRefusal = (typeof linkRefusals)[number];

const names: ReadonlySet<string> = new Set(linkRefusals);

const isLinkRefusal = (reason: string): reason is LinkRefusal => names.has(reason);

/** What the other side gave as its reason. One that this version does not know is `malformed`. */
export const knownReason = (reason: string): LinkRefusal => (isLinkRefusal(reason) ? reason : "malformed");

const mostChars = 500;

/** What is told to the other side, as one line that is short enough for its frame. */
export const refusalText = (message: string): string => printable(message, mostChars);
