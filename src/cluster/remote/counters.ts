import type { EnvelopeKind } from "../../wire/index.ts";
import { remoteRefusals, type RemoteRefusal } from "./refusals.ts";

/** What the actors of this node and of others had to do with each other since it started. */
export interface RemoteCounts {
  /** Envelopes that a link took, by kind. */
  readonly sent: Readonly<Record<EnvelopeKind, number>>;
  /** Envelopes that came, by kind. */
  readonly received: Readonly<Record<EnvelopeKind, number>>;
  readonly refused: Readonly<Record<RemoteRefusal, number>>;
  /** Messages that had no way out: the outbox was full, or the node is not there. */
  readonly unreachable: number;
  /** Messages that were in an outbox when their node ended. */
  readonly undelivered: number;
  /** Asks that wait here for another node. */
  readonly openAsks: number;
  /** Asks of other nodes that are answered here. */
  readonly servedAsks: number;
  /** Actors of other nodes that are watched here, and actors of this node that others watch. */
  readonly watching: number;
  readonly watched: number;
}

const perKind = (): Record<EnvelopeKind, number> => ({
  tell: 0,
  ask: 0,
  reply: 0,
  failure: 0,
  cancel: 0,
  watch: 0,
  unwatch: 0,
  terminated: 0,
  stop: 0,
  stopped: 0,
});

/** The counters behind `RemoteCounts`, shared by all peers. */
export class RemoteCounters {
  readonly sent = perKind();
  readonly received = perKind();
  readonly refused = Object.fromEntries(remoteRefusals.map((reason) => [reason, 0])) as Record<RemoteRefusal, number>;
  unreachable = 0;
  undelivered = 0;
  openAsks = 0;
  servedAsks = 0;
  watching = 0;
  watched = 0;

  snapshot(): RemoteCounts {
    const { unreachable, undelivered, openAsks, servedAsks, watching, watched } = this;
    return {
      sent: { ...this.sent },
      received: { ...this.received },
      refused: { ...this.refused },
      unreachable,
      undelivered,
      openAsks,
      servedAsks,
      watching,
      watched,
    };
  }
}
