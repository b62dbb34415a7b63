import { ScanError } from "../errors.ts";

/** What the client lets a site take from us. */
export interface HttpLimits {
  /** Bytes of a body that are kept, before and after decompression. */
  readonly maxBodyBytes: number;
  /** Bytes of a response's head. */
  readonly maxHeaderBytes: number;
  /** Until a connection stands, TLS included. */
  readonly connectMs: number;
  /** From the request until the response's head. */
  readonly headersMs: number;
  /** For a request with all its redirects. */
  readonly totalMs: number;
  /** At once to one origin; further requests wait for a free one. */
  readonly connectionsPerOrigin: number;
  /** Origins with open connections; the one longest unused is closed for a new one. */
  readonly maxOrigins: number;
  /** Connections of all origins together that wait for a next request. */
  readonly maxIdleConnections: number;
  /** How long they wait. */
  readonly idleMs: number;
}

export const defaultHttpLimits: HttpLimits = {
  maxBodyBytes: 4 * 1024 * 1024,
  maxHeaderBytes: 256 * 1024,
  connectMs: 5_000,
  headersMs: 10_000,
  totalMs: 30_000,
  connectionsPerOrigin: 25,
  maxOrigins: 256,
  maxIdleConnections: 128,
  idleMs: 4_000,
};

/** @throws ScanError `invalid-option` for a limit that is not a whole number from 1 to 2³¹ − 1 */
export const checkLimits = (limits: HttpLimits): HttpLimits => {
  for (const [name, value] of Object.entries(limits) as [string, number][]) {
    if (!Number.isInteger(value) || value < 1 || value >= 2 ** 31) {
      throw new ScanError("invalid-option", `http limit ${name} is ${value}; it must be a whole number of at least 1`, {
        ids: { option: name },
      });
    }
  }
  return limits;
};
