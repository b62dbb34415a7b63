import { createServer, type Server as NetServer, type Socket } from "node:net";
import { Server, type ServerInterceptor } from "@grpc/grpc-js";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../kernel/index.ts";
import { endpointText, type Endpoint } from "../../wire/index.ts";
import type { Refusals } from "../access/refusals.ts";
import { BoundedConnections, peerOf } from "../bounded-connections.ts";
import { listen } from "../listen.ts";
import type { ServerTls } from "../tls/server-tls.ts";
import { createTlsListener } from "../tls/tls-listener.ts";
import { TlsRefusals } from "../tls/tls-refusals.ts";
import { Injectors } from "./injectors.ts";

/** What an HTTP/2 client sends first. A browser's form post begins in another way. */
const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");
const prefaceMs = 5_000;
/**
 * Of one machine; and of a cluster: two from each of the 500 nodes that it may have, and those of clients. Of all of them, so many may be
 * of peers that nobody knows yet.
 */
const bounds = { clear: { connections: 256, strangers: 128 }, tls: { connections: 2_048, strangers: 512 } } as const;
/** Long enough to be told why, for a peer that is refused. */
const refusedMs = 10_000;

const serverOptions = {
  "grpc.max_receive_message_length": 1024 * 1024,
  "grpc.max_send_message_length": 4 * 1024 * 1024,
  "grpc.max_concurrent_streams": 100,
  // A peer that is frozen or gone is let go of after 30 s.
  "grpc.keepalive_time_ms": 20_000,
  "grpc.keepalive_timeout_ms": 10_000,
  // Those that have no call open.
  "grpc.max_connection_idle_ms": 300_000,
  "grpc.enable_channelz": 0,
} as const;

export interface GrpcDoorSetup {
  readonly address: Endpoint;
  readonly guard: ServerInterceptor;
  readonly refusals: Refusals;
  readonly clock: Clock;
  readonly log: Logger;
  /** Absent: connections are in the clear. */
  readonly tls?: ServerTls | undefined;
}

/**
 * The port of the gRPC services. The sockets are ours, and grpc-js is handed those that speak HTTP/2: so connections are bounded, other
 * protocols are counted, and every connection can be ended. TLS ends here too: grpc-js sees the certificate of a connection's peer, and
 * only if that names a peer of this cluster.
 */
export class GrpcDoor {
  /** Services are registered here, before `open`. */
  readonly server: Server;
  readonly #setup: GrpcDoorSetup;
  readonly #injectors: Injectors;
  readonly #listener: NetServer;
  readonly #sockets = new Set<Socket>();
  readonly #strangers: BoundedConnections;
  #address: Endpoint;

  constructor(setup: GrpcDoorSetup) {
    this.#setup = setup;
    this.#address = setup.address;
    this.server = new Server({ ...serverOptions, interceptors: [setup.guard] });
    this.#injectors = new Injectors(this.server);
    this.#listener = setup.tls === undefined ? this.#inTheClear() : this.#withTls(setup.tls);
    const { connections, strangers } = setup.tls === undefined ? bounds.clear : bounds.tls;
    const onTooMany = (): void => setup.refusals.count("grpc", "too-many-connections");
    this.#strangers = new BoundedConnections(strangers, onTooMany);
    this.#listener.maxConnections = connections;
    this.#listener.on("drop", onTooMany);
  }

  /** Where it listens; the real port once it is open. */
  get address(): string {
    return endpointText(this.#address);
  }

  get port(): number {
    return this.#address.port;
  }

  /** A call of this peer was let in for who it is: its connection is none of a stranger. @param peer as grpc-js names it */
  know(peer: string): void {
    this.#strangers.exempt(peer);
  }

  /** @throws ControlError `listen-failed` */
  async open(): Promise<void> {
    this.#address = await listen(this.#listener, this.#setup.address);
  }

  /** Takes no more connections, lets calls under way end, and after `graceMs` ends what is left. */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#listener.close(() => resolve());
    });
    await new Promise<void>((resolve) => {
      const timer = this.#setup.clock.after(graceMs, resolve);
      this.server.tryShutdown(() => {
        timer.cancel();
        resolve();
      });
    });
    for (const socket of this.#sockets) socket.destroy();
    this.server.forceShutdown();
    await closed;
  }

  #inTheClear(): NetServer {
    return createServer({ noDelay: true }, (socket) => {
      this.#meet(socket);
      this.#greet(socket, () => this.#injectors.take(socket));
    });
  }

  #withTls({ source, cluster }: ServerTls): NetServer {
    const { refusals, clock, log } = this.#setup;
    return createTlsListener({
      source,
      cluster,
      clock,
      refusals: new TlsRefusals("grpc", refusals, clock, log),
      onSocket: (socket) => this.#meet(socket),
      onConnection: (socket, verdict) => {
        this.#own(socket);
        if (verdict.type === "peer") this.#strangers.exempt(peerOf(socket));
        this.#greet(socket, () => {
          if (verdict.type !== "refused") return this.#injectors.take(socket);
          this.#injectors.refuse(socket, verdict);
          const timer = clock.after(refusedMs, () => socket.destroy(), true);
          socket.once("close", () => timer.cancel());
        });
      },
    });
  }

  #meet(socket: Socket): void {
    this.#own(socket);
    this.#strangers.add(socket);
  }

  #own(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    // The peer may be gone at any time: "close" follows.
    socket.on("error", () => undefined);
  }

  #greet(socket: Socket, welcome: () => void): void {
    const timer = this.#setup.clock.after(prefaceMs, () => turnAway(), true);
    const turnAway = (): void => {
      this.#setup.refusals.count("grpc", "not-http2");
      socket.destroy();
    };
    const parts: Buffer[] = [];
    const look = (): void => {
      const part: unknown = socket.read();
      if (!Buffer.isBuffer(part)) return;
      parts.push(part);
      const begin = Buffer.concat(parts);
      const wanted = preface.subarray(0, begin.length);
      const fits = begin.subarray(0, preface.length).equals(wanted);
      if (fits && begin.length < preface.length) return;
      timer.cancel();
      socket.off("readable", look);
      if (!fits) return turnAway();
      socket.unshift(begin);
      welcome();
    };
    socket.once("close", () => timer.cancel());
    socket.on("readable", look);
  }
}
