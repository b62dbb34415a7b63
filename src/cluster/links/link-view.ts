import type { TransportFailureCode } from "../transport/transport.ts";
import type { LinkRefusal } from "./refusal.ts";

/**
 * - `connecting`: not up for now, it tries again and again.
 * - `up`: the peer said welcome.
 * - `refused`: one side refused the other at the last try, for `reason`; it tries again. A peer that refuses lives.
 */
export type LinkState = "connecting" | "up" | "refused";

/** A link to another node at one moment. */
export interface LinkView {
  readonly node: string;
  readonly incarnation: string;
  readonly state: LinkState;
  /** The peer has said welcome at least once. */
  readonly met: boolean;
  /** Why the last connection ended. `undefined`: none has ended. */
  readonly reason: LinkRefusal | TransportFailureCode | undefined;
  /** Milliseconds since anything came back from the peer over this link, or since the link was made. */
  readonly silentMs: number;
  /** How often something should have come back, and did not, since anything did: probes and new connections. */
  readonly unansweredProbes: number;
  /** Connections so far. */
  readonly epoch: number;
  /** Those that the peer has not acknowledged. */
  readonly outboxEnvelopes: number;
  readonly outboxBytes: number;
}
