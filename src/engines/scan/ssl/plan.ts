import type { TlsOptions } from "../net/tls.ts";
import type { TextPattern } from "../template/text.ts";
import type { CipherLevel } from "./ciphers.ts";

/** How a handshake is done: there is one TLS library; the name only stands in the response. */
export const scanModes = ["auto", "ctls", "ztls", "openssl"] as const;

/** A block under `ssl`, compiled. */
export interface SslPlan {
  readonly address: TextPattern;
  readonly options: TlsOptions;
  /** SSL 3.0 and nothing newer is wanted. */
  readonly ssl3: boolean;
  readonly mode: (typeof scanModes)[number];
  /** Whether each version is tried. */
  readonly versions: boolean;
  /** Levels of the cipher suites that are tried; undefined: none is. */
  readonly ciphers: ReadonlySet<CipherLevel> | undefined;
}
