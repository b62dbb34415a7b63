import type { Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import type { Clock } from "../../base/clock.ts";
import type { TlsSource } from "../../wire/index.ts";
import { expireConnection } from "./expire-connection.ts";
import { judgeCertificate, type CertificateVerdict } from "./judge-certificate.ts";
import { serverContext, serverTlsOptions } from "./server-options.ts";
import type { TlsRefusals } from "./tls-refusals.ts";

export interface TlsListenerSetup {
  readonly source: TlsSource;
  /** Name of the cluster that certificates of peers have to be for. */
  readonly cluster: string;
  readonly clock: Clock;
  readonly refusals: TlsRefusals;
  /** Each connection as it comes in, before its handshake. */
  readonly onSocket: (socket: Socket) => void;
  /** Each connection with its handshake done. */
  readonly onConnection: (socket: TLSSocket, verdict: CertificateVerdict) => void;
}

/** A server for HTTP/2 over TLS that says who is on the other end. Whoever opens it closes it. */
export const createTlsListener = (setup: TlsListenerSetup): Server => {
  const { source, cluster, clock, refusals } = setup;
  const server = createServer({ ...serverTlsOptions(source), ALPNProtocols: ["h2"], noDelay: true }, (socket) => {
    const verdict = judgeCertificate(socket, cluster);
    if (verdict.type === "peer") expireConnection(socket, verdict.validUntilMs, clock);
    if (verdict.type === "refused") refusals.count(verdict.reason, socket.remoteAddress, verdict.message);
    setup.onConnection(socket, verdict);
  });
  server.on("connection", setup.onSocket);
  // The server destroys the socket itself.
  server.on("tlsClientError", (error, socket) => refusals.count("not-tls", socket.remoteAddress, error.message));
  const forget = source.onChange(() => server.setSecureContext(serverContext(source)));
  server.once("close", forget);
  return server;
};
