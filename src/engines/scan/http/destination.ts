import type { WireUrl } from "./target.ts";

/** Where connections go and how they begin. */
export interface Destination {
  /** Its host, port and scheme. */
  readonly url: WireUrl;
  /** The name asked for in the TLS handshake, when it is not the host's. */
  readonly sni: string | undefined;
  /** What is sent is not to be changed: a proxy gets no request but opens a tunnel. */
  readonly isRaw: boolean;
}
