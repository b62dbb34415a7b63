import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../../base/clock.ts";

/** One order as the console got it. */
export interface SeenOrder {
  /** `PUT /isolations/pc-1` */
  readonly order: string;
  /** The same for each repetition by the run that gave it. */
  readonly key: string;
  /** When it arrived, on the monotonic clock. */
  readonly atMs: number;
}

/** What the playbooks of the demo act on: it takes every order, holds its answer back for a while, and remembers it. */
export class ConsoleServer {
  readonly url: string;
  readonly seen: SeenOrder[] = [];
  readonly #server: Server;

  private constructor(server: Server, clock: Clock, delayMs: number) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", ({ method = "", url = "", headers }, response) => {
      const key = headers["idempotency-key"];
      this.seen.push({ order: `${method} ${url}`, key: String(key), atMs: clock.monotonicMs() });
      clock.after(delayMs, () => response.writeHead(201).end());
    });
  }

  /** Listens on a free port of loopback. */
  static async start(clock: Clock, delayMs: number): Promise<ConsoleServer> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new ConsoleServer(server, clock, delayMs);
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
