import type { Cookies } from "./cookies.ts";
import type { WireUrl } from "./target.ts";

/**
 * Which redirects are followed. `same-host` compares host and port with those of the first request, `same-protocol`
 * the scheme, `same-origin` all of these.
 */
export type RedirectPolicy = "none" | "same-host" | "same-protocol" | "same-origin" | "all";

/** Name and password for a digest login (RFC 7616), as byte strings. */
export interface DigestLogin {
  readonly username: string;
  readonly password: string;
}

/** A request ready to be sent. All texts but the URL are byte strings. */
export interface HttpRequest {
  readonly method: string;
  /** Where it goes, unless `connectTo` says otherwise, and what it asks for, unless `raw` does. */
  readonly url: WireUrl;
  /**
   * Names and values in turn, in the order and letters in which they are sent. Host is among them only when it is not
   * the URL's; Content-Length and Connection only when they are not to be what the client would say.
   */
  readonly headers: readonly string[];
  readonly body: string | undefined;
  readonly redirects: RedirectPolicy;
  readonly maxRedirects: number;
  /** Bytes of the body to read; undefined for the client's limit. */
  readonly maxBytes: number | undefined;
  /** The bytes to be written as they are, over a connection of their own: method, headers and body only describe them. */
  readonly raw?: string | undefined;
  /** Whose host and port the connection goes to in place of the URL's (`@Host`). Its scheme is the connection's. */
  readonly connectTo?: WireUrl | undefined;
  /** The name asked for in the TLS handshake in place of the host's. */
  readonly sni?: string | undefined;
  /** For the request with its redirects, over what the run says (`@timeout`). */
  readonly timeoutMs?: number | undefined;
  readonly digest?: DigestLogin | undefined;
  /** Of this template's run; cookies are sent from it and kept in it. */
  readonly cookies?: Cookies | undefined;
  /** With `raw`: read until the connection is closed or nothing comes any more, whatever the length says. */
  readonly readAll?: boolean | undefined;
}

/** How many requests go on how many connections without waiting for answers. */
export interface Pipelining {
  readonly connections: number;
  readonly perConnection: number;
}
