import { ScanError } from "../errors.ts";

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

const defaultSocketLimits: SocketLimits = {
  connectMs: 5_000,
  readMs: 5_000,
  totalMs: 30_000,
  maxBytes: 4 * 1024 * 1024,
};

/**
 * @param given in place of the defaults
 * @param timeoutMs what one run wants for a request with all its reads; connecting keeps its own limit
 * @throws ScanError `invalid-option` for a limit that is not a whole number from 1 to 2³¹ − 1
 */
export const socketLimits = (given: Partial<SocketLimits> = {}, timeoutMs?: number): SocketLimits => {
  const limits = { ...defaultSocketLimits, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (Number.isInteger(value) && value >= 1 && value < 2 ** 31) continue;
    throw new ScanError("invalid-option", `socket limit ${name} is ${value}; it must be a whole number of at least 1`, {
      ids: { option: name },
    });
  }
  if (timeoutMs === undefined) return limits;
  return { ...limits, totalMs: timeoutMs, readMs: Math.min(limits.readMs, timeoutMs) };
};
