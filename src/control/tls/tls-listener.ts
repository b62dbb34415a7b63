import type { Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import type { Clock } from "../../base/clock.ts";
import { expireConnection } from "./expire-connection.ts";
import { judgeCertificate, type CertificateVerdict } from "./judge-certificate.ts";
import { serverContext, serverTlsOptions } from "./server-options.ts";
import type { ServerTls } from "./server-tls.ts";
import type { TlsRefusals } from "./tls-refusals.ts";

export interface TlsListenerSetup extends ServerTls {
  readonly clock: Clock;
  readonly refusals: TlsRefusals;
  /** Each connection as it comes in, before its handshake. */
  readonly onSocket: (socket: Socket) => void;
  /** Each connection with its handshake done. */
  readonly onConnection: (socket: TLSSocket, verdict: CertificateVerdict) => void;
}

/**
 * A server for HTTP/2 over TLS that says who is on the other end. A connection that a certificate has opened ends when that runs out, or
 * its authority is trusted no more. Whoever opens the server closes it.
 */
export const createTlsListener = (setup: TlsListenerSetup): Server => {
  const { source, clock, refusals } = setup;
  const certified = new Set<TLSSocket>();
  const judge = (socket: TLSSocket): CertificateVerdict => {
    const verdict = judgeCertificate(socket, setup, clock.wallMs());
    if (verdict.type === "refused") refusals.count(verdict.reason, socket.remoteAddress, verdict.message);
    return verdict;
  };
  const server = createServer({ ...serverTlsOptions(source), ALPNProtocols: ["h2"], noDelay: true }, (socket) => {
    const verdict = judge(socket);
    if (verdict.type === "peer") {
      certified.add(socket);
      socket.once("close", () => certified.delete(socket));
      expireConnection(socket, verdict.validUntilMs, clock);
    }
    setup.onConnection(socket, verdict);
  });
  server.on("connection", setup.onSocket);
  // The server destroys the socket itself.
  server.on("tlsClientError", (error, socket) => refusals.count("not-tls", socket.remoteAddress, error.message));
  const forget = source.onChange(() => {
    server.setSecureContext(serverContext(source));
    for (const socket of certified) if (judge(socket).type !== "peer") socket.destroy();
  });
  server.once("close", forget);
  return server;
};
