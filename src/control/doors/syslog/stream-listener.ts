import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import type { Logger } from "../../../kernel/index.ts";
import type { Endpoint } from "../../../wire/index.ts";
import type { Refusals } from "../../access/refusals.ts";
import { listen } from "../../listen.ts";
import { judgeCertificate } from "../../tls/judge-certificate.ts";
import { serverContext, serverTlsOptions } from "../../tls/server-options.ts";
import type { ServerTls } from "../../tls/server-tls.ts";
import { TlsRefusals } from "../../tls/tls-refusals.ts";
import type { SyslogLimits } from "./limits.ts";
import { readMessages, type MessageStreamSetup } from "./message-stream.ts";
import { plainAddress, type Senders } from "./senders.ts";
import { FramingError } from "./stream-frames.ts";

export interface StreamListenerSetup extends MessageStreamSetup {
  readonly senders: Senders;
  readonly refusals: Refusals;
  readonly limits: SyslogLimits;
  readonly log: Logger;
}

const keepAliveMs = 60_000;

/** A port for syslog over TCP, or over TLS. Whoever opens it closes it. */
export class StreamListener {
  readonly #setup: StreamListenerSetup;
  readonly #tls: ServerTls | undefined;
  readonly #server: Server;
  /** Also those whose handshake is under way. */
  readonly #sockets = new Set<Socket>();
  readonly #reading = new Set<Promise<void>>();

  /** @param tls absent: messages come in the clear */
  constructor(setup: StreamListenerSetup, tls?: ServerTls) {
    this.#setup = setup;
    this.#tls = tls;
    this.#server = tls === undefined ? createServer((socket) => this.#serveClear(socket)) : this.#withTls(tls);
    this.#server.maxConnections = setup.limits.connections;
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    this.#server.on("drop", () => setup.refusals.count("syslog", "too-many-connections"));
  }

  /** @throws ControlError `listen-failed` */
  open(at: Endpoint): Promise<Endpoint> {
    return listen(this.#server, at);
  }

  /** Ends its connections. What was read of them stays with the intake. */
  async close(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([ended, ...this.#reading]);
  }

  #withTls(tls: ServerTls): Server {
    const { source } = tls;
    const { refusals, clock, log } = this.#setup;
    const faults = new TlsRefusals("syslog", refusals, clock, log);
    const server = createTlsServer(serverTlsOptions(source), (socket) => this.#serveTls(socket, tls, faults));
    server.on("tlsClientError", (error, socket) => faults.count("not-tls", socket.remoteAddress, error.message));
    server.once(
      "close",
      source.onChange(() => server.setSecureContext(serverContext(source))),
    );
    return server;
  }

  #serveClear(socket: Socket): void {
    if (this.#setup.senders.isAllowed(plainAddress(socket.remoteAddress))) this.#serve(socket);
    else this.#turnAway(socket);
  }

  /** A certificate of the cluster admits from anywhere, an allowed address admits without one, and a wrong one admits nobody. */
  #serveTls(socket: TLSSocket, tls: ServerTls, faults: TlsRefusals): void {
    const verdict = judgeCertificate(socket, tls, this.#setup.clock.wallMs());
    if (verdict.type === "refused") {
      faults.count(verdict.reason, socket.remoteAddress, verdict.message);
      socket.destroy();
    } else if (verdict.type === "peer" || this.#setup.senders.isAllowed(plainAddress(socket.remoteAddress))) {
      this.#serve(socket);
    } else {
      this.#turnAway(socket);
    }
  }

  #turnAway(socket: Socket): void {
    this.#setup.refusals.count("syslog", "unknown-source");
    socket.on("error", () => undefined).destroy();
  }

  #serve(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress);
    socket.setKeepAlive(true, keepAliveMs);
    const transport = this.#tls === undefined ? "tcp" : "tls";
    const reading = readMessages(socket, this.#setup.senders.of(address), address, transport, this.#setup)
      .catch((error: unknown) => this.#broken(error))
      .finally(() => {
        this.#reading.delete(reading);
        socket.destroy();
      });
    this.#reading.add(reading);
  }

  /** A connection that breaks off is no fault of ours, and none to tell. */
  #broken(error: unknown): void {
    if (error instanceof FramingError) this.#setup.refusals.count("syslog", "not-syslog");
    else if (!(error instanceof Error && "code" in error))
      this.#setup.log.error({ err: error }, "syslog was not read on");
  }
}
