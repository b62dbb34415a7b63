import type { TransportFailureCode } from "../transport/transport.ts";
import type { LinkRefusal } from "./refusal.ts";

/**
 * - `connecting`: not up for now, it tries again and again.
 * - `up`: the peer said welcome.
 * - `refused`: one side refused the other at the last try, for `reason`; it tries again.
 */
export type LinkState = "connecting" | "up" | "refused";

/** A link to another node at one moment. */
export interface LinkView {
  readonly node: string;
  readonly incarnation: string;
  readonly state: LinkState;
  /** Why the last connection ended. `undefined`: none has ended. */
  readonly reason: LinkRefusal | TransportFailureCode | undefined;
  /** Milliseconds since anything came back from the peer over this link, or since the link was made. */
  readonly silentMs: number;
  /** Sent and not answered probes since anything came back. */
  readonly unansweredProbes: number;
  /** Connections so far. */
  readonly epoch: number;
  /** Those that the peer has not acknowledged. */
  readonly outboxEnvelopes: number;
  readonly outboxBytes: number;
}
