import type { ByteReader, ByteWriter } from "../../wire/index.ts";
import type { NodeRef } from "./node-ref.ts";

/**
 * - `queued`: it goes out with its turn, and again after a reconnect, until the peer has handled it or has ended.
 * - `full`: the outbox of the link, or of all links together, has no room.
 * - `oversized`: above `mostEnvelopeBytes`.
 * - `ended`: the table of members no longer calls this incarnation live, or the links are closed.
 */
export type Sent = "queued" | "full" | "oversized" | "ended";

/** The way to one incarnation of another node. */
export interface Link {
  readonly peer: NodeRef;
  /** The peer has said welcome, and the connection stands as far as is known. */
  readonly up: boolean;
  /**
   * Appends one envelope to the outbox. Envelopes are handled in the order in which they were appended, each at most once. Never blocks.
   *
   * @param write writes the envelope's bytes. It sends nothing itself. What it throws is thrown on, and nothing is queued
   * @param value handed to `write`, so that a caller needs no closure for each message
   */
  send<Value>(write: (writer: ByteWriter, value: Value) => void, value: Value): Sent;
}

/**
 * - `over`: the table of members no longer calls the peer's incarnation live.
 * - `closed`: this node ends. Of the peer that says nothing.
 */
export type LinkEnd = "over" | "closed";

/** What links tell their node. None of these may throw; one that does is counted and logged, and its envelope is gone. */
export interface LinkEvents {
  /**
   * The next envelope of that node: each once, in the order of sending.
   *
   * @param envelope its bytes, to be read during the call
   * @param heldMs how long it waited at the sender before it went out, in whole milliseconds
   */
  onEnvelope(from: NodeRef, envelope: ByteReader, heldMs: number): void;
  /** That incarnation is over, or the links are closed, and this envelope was not acknowledged: it may have been handled or not. Before `onEnded`. */
  onUndelivered(to: NodeRef, envelope: ByteReader): void;
  /** Nothing comes from that incarnation or goes to it any more. Once. */
  onEnded(peer: NodeRef, why: LinkEnd): void;
}
