/**
 * Why a request has no response or none that was judged, or why a redirect was not followed.
 * - `unreachable`: the name does not resolve, or nothing accepts connections there.
 * - `timeout`: connecting, the response's head, or all of it took too long.
 * - `connection-lost`: the other side closed or reset the connection before the response was complete.
 * - `tls`: the TLS handshake failed.
 * - `protocol`: what came is not HTTP within the limits, or a redirect leads to no http URL.
 * - `refused-by-scope`: the host or the address it resolves to is not in scope; nothing was sent there.
 * - `excluded`: the run was told to leave the host or its address alone; nothing was sent there.
 * - `proxy-refused`: the proxy did not pass the request on, such as for want of a login.
 * - `decompression-bomb`: a compressed body that grows beyond all proportion; it was not judged.
 * - `judging-timeout`: the matchers and extractors took too long over a response; it gave no finding.
 * - `unresolved`: a placeholder of the request has no value; it was not sent.
 * - `oob-unavailable`: the interactsh server did not do its part, so that nothing is known of interactions.
 * - `flow`: the flow script of the template failed; what it had not asked for yet was not sent.
 * - `disabled`: the template needs what the configuration does not permit; nothing was sent.
 * - `aborted`: the caller's signal fired, or the engine was closed.
 */
export type HttpFailureKind =
  | "unreachable"
  | "timeout"
  | "connection-lost"
  | "tls"
  | "protocol"
  | "refused-by-scope"
  | "excluded"
  | "proxy-refused"
  | "decompression-bomb"
  | "judging-timeout"
  | "unresolved"
  | "oob-unavailable"
  | "flow"
  | "disabled"
  | "aborted";

export interface HttpFailure {
  readonly kind: HttpFailureKind;
  readonly url: string;
  readonly message: string;
}

/** Failures that say something about the host's health rather than about one request. */
export const isConnectionFailure = (kind: HttpFailureKind): boolean =>
  kind === "unreachable" || kind === "timeout" || kind === "connection-lost" || kind === "tls";

/** An error with its failure kind already decided, to be carried through the client library. */
export class FailureError extends Error {
  readonly kind: HttpFailureKind;
  constructor(kind: HttpFailureKind, message: string) {
    super(message);
    this.name = "FailureError";
    this.kind = kind;
  }
}

/** A connection that had been used before was closed without an answer: the same request may do better on a new one. */
export class StaleConnectionError extends FailureError {
  constructor(message: string) {
    super("connection-lost", message);
    this.name = "StaleConnectionError";
  }
}

const kindOfCode: Readonly<Record<string, HttpFailureKind>> = {
  ECONNREFUSED: "unreachable",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  EHOSTDOWN: "unreachable",
  ENOTFOUND: "unreachable",
  EAI_AGAIN: "unreachable",
  EAI_NODATA: "unreachable",
  ENODATA: "unreachable",
  ESERVFAIL: "unreachable",
  EREFUSED: "unreachable",
  ETIMEOUT: "timeout",
  ETIMEDOUT: "timeout",
  ECONNRESET: "connection-lost",
  EPIPE: "connection-lost",
  ECONNABORTED: "connection-lost",
  EPROTO: "tls",
};

/** The handshake's own codes, and those of a certificate that is verified and wrong. */
const ofTls = /^(ERR_SSL|ERR_TLS|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA)/;

/** Sorts what the client library reports into our kinds; what it does not know is `protocol`. */
export const failureOf = (error: Error, url: string): HttpFailure => {
  if (error instanceof FailureError) return { kind: error.kind, url, message: error.message };
  // Several addresses were tried: the first attempt's error speaks for all.
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [];
  if (first instanceof Error) return failureOf(first, url);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const kind = ofTls.test(code) ? "tls" : (kindOfCode[code] ?? "protocol");
  return { kind, url, message: error.message === "" ? code : error.message };
};
