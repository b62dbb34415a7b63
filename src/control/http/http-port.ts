import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Clock } from "../../base/clock.ts";
import { endpointText, type Endpoint, type TlsSource } from "../../wire/index.ts";
import { BoundedConnections, peerOf } from "../bounded-connections.ts";
import { listen } from "../listen.ts";
import { serverContext, serverTlsOptions } from "../tls/server-options.ts";

export interface HttpPortSetup {
  readonly address: Endpoint;
  readonly maxHeaderBytes: number;
  /** At once, of those that have not shown who they are: beyond, the oldest one is closed, and told to `onDrop`. */
  readonly maxConnections: number;
  readonly onDrop: () => void;
  readonly serve: RequestListener;
  readonly clock: Clock;
  /** Absent: it speaks in the clear. */
  readonly tls?:
    | {
        readonly source: TlsSource;
        /** Told of connections without a handshake, which are closed. */
        readonly onFault: (from: string | undefined, problem: string) => void;
      }
    | undefined;
}

const limits = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  // How often Node looks whether the first two have passed; by itself every 30 s.
  connectionsCheckingInterval: 1_000,
} as const;

/** A port that takes HTTP, bounded in connections, time and size of heads. Whoever opens it closes it. */
export class HttpPort {
  readonly #setup: HttpPortSetup;
  readonly #server: Server;
  readonly #connections: BoundedConnections;
  #endpoint: Endpoint;
  #isClosing = false;

  constructor(setup: HttpPortSetup) {
    this.#setup = setup;
    this.#endpoint = setup.address;
    this.#server = createHttpServer(setup);
    const connections = new BoundedConnections(setup.maxConnections, setup.onDrop);
    this.#server.on("connection", (socket) => connections.add(socket));
    this.#connections = connections;
  }

  /** Where it listens; with the real port once it is open. */
  get address(): string {
    return endpointText(this.#endpoint);
  }

  get number(): number {
    return this.#endpoint.port;
  }

  /** @throws ControlError `listen-failed` */
  async open(): Promise<void> {
    this.#endpoint = await listen(this.#server, this.#setup.address);
  }

  /** Answers say then that their connection ends: one that stays would hold up the end. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Whoever sent this has shown who it is: its connection is not ended for a newer one. */
  know({ socket }: IncomingMessage): void {
    this.#connections.exempt(peerOf(socket));
  }

  /** Lets answers under way end, and after `graceMs` ends what is left. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    const timer = this.#setup.clock.after(graceMs, () => {
      this.#connections.endAll();
      this.#server.closeAllConnections();
    });
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
    });
    timer.cancel();
  }
}

const createHttpServer = ({ tls, maxHeaderBytes, serve }: HttpPortSetup): Server => {
  const options = { ...limits, maxHeaderSize: maxHeaderBytes };
  if (tls === undefined) return createServer(options, serve);
  const { source, onFault } = tls;
  const server = createTlsServer({ ...options, ...serverTlsOptions(source) }, serve);
  server.on("tlsClientError", (error, socket) => onFault(socket.remoteAddress, error.message));
  server.once(
    "close",
    source.onChange(() => server.setSecureContext(serverContext(source))),
  );
  return server;
};
