import type { TlsSource } from "../../wire/index.ts";

/** How a server uses TLS. */
export interface ServerTls {
  /** With an identity, of a node of the cluster. */
  readonly source: TlsSource;
  /** Its name: peers with a certificate of another one are refused. */
  readonly cluster: string;
}
