import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { fine, type Conditions } from "./conditions.ts";
import { Flow } from "./flow.ts";

interface Pair {
  readonly sockets: readonly Socket[];
  readonly there: Flow;
  readonly back: Flow;
}

export type Direction = "there" | "back";

/** Stands on a port of this machine in front of another one, and does to what passes through it what a network can do. */
export class TcpProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #conditions: Record<Direction, Conditions> = { there: fine, back: fine };
  #refuses = false;

  /**
   * @param target asked for each connection: a port of 127.0.0.1
   * @param own where it listens, if not on any port of 127.0.0.1: a server may refuse what names a port that is not its own
   */
  static async start(target: () => number, own = { host: "127.0.0.1", port: 0 }): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    proxy.#server.listen(own);
    await once(proxy.#server, "listening");
    return proxy;
  }

  private constructor(target: () => number) {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (from) => this.#accept(from, target()));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections that pass through it now. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** Changes one direction, also for the connections that are there. */
  set(direction: Direction, conditions: Partial<Conditions>): void {
    this.#conditions[direction] = { ...fine, ...conditions };
    for (const pair of this.#pairs) {
      const flow = pair[direction];
      if (flow.lost && this.#conditions[direction].cut !== "lost") this.#reset(pair);
      else flow.pump();
    }
  }

  /** Everything comes through again. */
  heal(): void {
    this.#refuses = false;
    this.set("there", fine);
    this.set("back", fine);
  }

  /** Ends the connections that are there with a reset. */
  reset(): void {
    for (const pair of this.#pairs) this.#reset(pair);
  }

  /** Resets what is there and each new connection, until `heal`. */
  refuse(): void {
    this.#refuses = true;
    this.reset();
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.reset();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, "close");
  }

  #accept(from: Socket, port: number): void {
    from.on("error", () => undefined);
    if (this.#refuses) {
      cutShort(from);
      return;
    }
    const to = connect({ host: "127.0.0.1", port, allowHalfOpen: true, noDelay: true });
    to.on("error", () => undefined);
    const pair: Pair = {
      sockets: [from, to],
      there: new Flow(from, to, () => this.#conditions.there),
      back: new Flow(to, from, () => this.#conditions.back),
    };
    this.#pairs.add(pair);
    // Whoever is reset by one side hears of it from the other, as far as anything comes through.
    from.on("close", (failed) => this.#closed(pair, to, failed, "there"));
    to.on("close", (failed) => this.#closed(pair, from, failed, "back"));
  }

  #closed(pair: Pair, other: Socket, failed: boolean, direction: Direction): void {
    if (pair.sockets.every(({ closed }) => closed)) this.#pairs.delete(pair);
    else if (failed && this.#conditions[direction].cut === "none") cutShort(other);
  }

  #reset(pair: Pair): void {
    for (const socket of pair.sockets) cutShort(socket);
    this.#pairs.delete(pair);
  }
}

/** With a reset. (A stream whose end is being sent cannot be reset: libuv refuses, and the socket would stay open for ever.) */
const cutShort = (socket: Socket): void => {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
};
