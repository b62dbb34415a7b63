import { experimental, type ChannelCredentials, type ChannelOptions } from "@grpc/grpc-js";
import { wrongServer, type TlsSource } from "../wire/index.ts";

/** How a caller of a cluster's nodes uses TLS. */
export interface ClientTls {
  /** The authority of the cluster's nodes and, for mutual TLS, the caller's own certificate. */
  readonly source: TlsSource;
  /** Name of the cluster, which the certificates of its nodes have. */
  readonly cluster: string;
}

/** What a channel of grpc-js needs for TLS: both go to the constructor of its client. */
export interface ChannelSecurity {
  readonly credentials: ChannelCredentials;
  readonly options: ChannelOptions;
}

/**
 * TLS for a channel to a node. Connections are made with the certificates that are current then; those that stand are left alone. A server
 * whose certificate is not trusted, or not the expected node's, is refused before anything is sent to it: calls fail with UNAVAILABLE and
 * the reason.
 *
 * @param node id of the node that is called; absent: any of the cluster
 */
export const channelSecurity = ({ source, cluster }: ClientTls, node?: string): ChannelSecurity => {
  const expected = { cluster, ...(node === undefined ? {} : { node }) };
  const provider = certificateProvider(source);
  const { identity } = source.current();
  return {
    credentials: experimental.createCertificateProviderChannelCredentials(
      provider,
      identity === undefined ? null : provider,
      { checkServerIdentity: (_host, certificate) => wrongServer(expected, certificate) },
    ),
    // The name in the handshake may not be an address, and servers do not look at it.
    options: { "grpc.ssl_target_name_override": "garrison" },
  };
};

/** The source as grpc-js reads it: each listener is told at once, and again after each change. */
const certificateProvider = (source: TlsSource): experimental.CertificateProvider => {
  const ca = new Map<experimental.CaCertificateUpdateListener, () => void>();
  const identities = new Map<experimental.IdentityCertificateUpdateListener, () => void>();
  const add = <Listener>(listeners: Map<Listener, () => void>, listener: Listener, tell: () => void): void => {
    if (listeners.has(listener)) return;
    listeners.set(listener, source.onChange(tell));
    tell();
  };
  const remove = <Listener>(listeners: Map<Listener, () => void>, listener: Listener): void => {
    listeners.get(listener)?.();
    listeners.delete(listener);
  };
  return {
    addCaCertificateListener: (listener) => add(ca, listener, () => listener({ caCertificate: source.current().ca })),
    removeCaCertificateListener: (listener) => remove(ca, listener),
    addIdentityCertificateListener: (listener) =>
      add(identities, listener, () => {
        const { identity } = source.current();
        listener(identity === undefined ? null : { certificate: identity.cert, privateKey: identity.key });
      }),
    removeIdentityCertificateListener: (listener) => remove(identities, listener),
  };
};
