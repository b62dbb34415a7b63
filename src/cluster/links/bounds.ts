/** How much a link holds and how long it waits. */
export interface LinkBounds {
  /** Envelopes of one link that are not acknowledged. */
  readonly outboxEnvelopes: number;
  /** The same, in bytes. */
  readonly outboxBytes: number;
  /** In bytes, over all links of the node. None holds more of them than are free. */
  readonly allOutboxBytes: number;
  /** What a sender may have under way to this node, in bytes of frames. */
  readonly windowBytes: number;
  /** Connections that have not said hello yet. */
  readonly handshakes: number;
}

export const linkBounds: LinkBounds = {
  outboxEnvelopes: 65_536,
  outboxBytes: 16 * 1024 * 1024,
  allOutboxBytes: 64 * 1024 * 1024,
  windowBytes: 1024 * 1024,
  handshakes: 64,
};

/** A batch that has grown to this is closed. */
export const batchBytes = 64 * 1024;
/** Envelopes of one batch were appended within about this time, so that one age is told for all. */
export const batchSpanMs = 5;
