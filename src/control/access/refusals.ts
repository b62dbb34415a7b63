/** Where a caller knocked. */
export type Door = "grpc" | "http" | "collaborator" | "events" | "syslog" | "relay";

/**
 * Why a caller was turned away before anything was done for it.
 *
 * - `no-token`, `wrong-token`: the credential.
 * - `other-cluster`: its certificate is of another cluster.
 * - `role`: it is known, and may not do this.
 * - `forged-caller`: it named another caller, which only nodes may.
 * - `not-a-node`: what only nodes do.
 * - `bad-host`: it asked for another host than this one, as a page does whose name was made to point here.
 * - `cross-origin`: a browser sent it for a page of another origin.
 * - `bad-method`: the HTTP port is only read from.
 * - `not-http2`: the gRPC port was spoken to in another protocol.
 * - `not-tls`: no TLS handshake came about: it spoke in the clear, or had nothing in common with this node.
 * - `certificate-expired`, `certificate-not-yet-valid`: by the clock of this node.
 * - `certificate-untrusted`: another authority signed it, or it is for another use.
 * - `certificate-unnamed`: it names neither a node nor a client of a cluster.
 * - `not-dns`: what came to the collaborator's DNS port is no query.
 * - `other-name`: the collaborator was asked for a name that is not below its domain.
 * - `unknown-source`: events came from a device that is not configured, by its name or its address.
 * - `wrong-signature`: the request does not carry the signature of its source's secret.
 * - `stale`: the request was signed too long ago, or by a clock that is wrong.
 * - `not-syslog`: what came over a stream is not framed as syslog is.
 * - `too-many-connections`: also one that was ended for a newer one, since it had not shown who it is.
 * - `too-many-streams`, `too-many-uploads`, `too-many-sessions`, `too-fast`: bounds.
 */
export type RefusalReason =
  | "no-token"
  | "wrong-token"
  | "other-cluster"
  | "role"
  | "forged-caller"
  | "not-a-node"
  | "bad-host"
  | "cross-origin"
  | "bad-method"
  | "not-http2"
  | "not-tls"
  | "certificate-expired"
  | "certificate-not-yet-valid"
  | "certificate-untrusted"
  | "certificate-unnamed"
  | "too-many-connections"
  | "too-many-streams"
  | "too-many-uploads"
  | "not-dns"
  | "other-name"
  | "too-many-sessions"
  | "too-fast"
  | "unknown-source"
  | "wrong-signature"
  | "stale"
  | "not-syslog";

export interface RefusalCount {
  readonly door: Door;
  readonly reason: RefusalReason;
  readonly count: number;
}

/** Counts callers that were turned away, since the start. */
export class Refusals {
  readonly #counts = new Map<string, RefusalCount>();

  count(door: Door, reason: RefusalReason): void {
    const key = `${door} ${reason}`;
    this.#counts.set(key, { door, reason, count: this.of(door, reason) + 1 });
  }

  of(door: Door, reason: RefusalReason): number {
    return this.#counts.get(`${door} ${reason}`)?.count ?? 0;
  }

  all(): readonly RefusalCount[] {
    return [...this.#counts.values()];
  }
}
