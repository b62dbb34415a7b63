/**
 * Carries frames of bytes between two nodes. Knows no envelope and no sequence: a connection delivers whole frames in the order in which
 * they were sent, or it closes.
 */
export interface Transport {
  /**
   * Opens a connection to a node. Never throws: a failure is told by `onClosed`, never before `dial` has returned.
   *
   * @param peer its `address` is the one in the table of members, host:port: links and control calls share one port
   */
  dial(peer: DialledPeer, events: ChannelEvents): Channel;
  /** `handler` is called for each connection from outside. To be set once, before the first connection. */
  accept(handler: AcceptHandler): void;
  /** Ends every connection. Idempotent. */
  close(): Promise<void>;
}

export interface DialledPeer {
  readonly node: string;
  /** host:port */
  readonly address: string;
}

/** Who connected, as far as the transport can tell. */
export interface AcceptedPeer {
  /** The node that its certificate names. `undefined`: without TLS, on loopback, with the operator token. */
  readonly certifiedNode: string | undefined;
  /** Where it comes from, for the log. */
  readonly from: string;
}

export type AcceptHandler = (channel: Channel, peer: AcceptedPeer) => ChannelEvents;

/** One end of a connection. */
export interface Channel {
  /**
   * @param frame 1 B … `mostFrameBytes`; it is not changed afterwards while the channel is open
   * @returns false: it was taken, but the transport is congested: wait for `onDrain`. On a closed channel nothing happens (false).
   */
  send(frame: Uint8Array): boolean;
  /** What was sent before goes out first, for a second at most. `onClosed` is not called for it. Idempotent. */
  close(): void;
}

export interface ChannelEvents {
  /** The frame may be kept. */
  onFrame(frame: Uint8Array): void;
  /** After `send` returned false: there is room again. */
  onDrain(): void;
  /** The connection ended, or never began, and not by `close` of this end. Once; nothing follows. */
  onClosed(failure: TransportFailure): void;
}

/**
 * - `unreachable`: no connection came about.
 * - `unauthenticated`: the peer does not take the token or certificate of this node.
 * - `certificate`: the peer's certificate is not that of the node that was dialled.
 * - `oversized`: a frame above the bound came.
 * - `lost`: the connection was there, and ended.
 * - `closed`: this transport was closed.
 */
export type TransportFailureCode = "unreachable" | "unauthenticated" | "certificate" | "oversized" | "lost" | "closed";

export interface TransportFailure {
  readonly code: TransportFailureCode;
  /** One line for people. */
  readonly message: string;
}
