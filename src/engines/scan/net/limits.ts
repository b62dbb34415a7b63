/** What the other side of a connection may take from us. Times in milliseconds. */
export interface SocketLimits {
  /** Until a connection stands, resolving and TLS included. */
  readonly connectMs: number;
  /** For one answer: a read of a connection, a reply of a DNS server, a message of a websocket. */
  readonly readMs: number;
  /** For one request with all its reads. */
  readonly totalMs: number;
  /** Bytes that are kept of all answers of one request together. */
  readonly maxBytes: number;
}

export const defaultSocketLimits: SocketLimits = {
  connectMs: 5_000,
  readMs: 5_000,
  totalMs: 30_000,
  maxBytes: 4 * 1024 * 1024,
};
