import type { Socket } from "node:net";
import { asError } from "../../../../base/errors.ts";
import { FailureError } from "../failure.ts";
import type { Listed } from "../roster.ts";
import type { Carrier, Exchange } from "./exchange.ts";

/** Who has opened a connection and decides what goes over it. */
export interface ConnectionOwner {
  /** Every response has come, and another request may follow. */
  onFree(connection: Connection): void;
  /** It is gone. Called once. */
  onClosed(connection: Connection): void;
  /** The connection had served other requests and was closed before anything came back for this one. */
  onUnanswered(exchange: Exchange, error: Error): void;
}

/** One connection, over which responses come in the order of the requests. */
export class Connection implements Carrier, Listed {
  /** The address at the other end; undefined when it is that of a proxy. */
  readonly ip: string | undefined;
  /** Both belong to whoever looks after free connections. */
  freeSince = 0;
  place = 0;
  readonly #socket: Socket;
  readonly #owner: ConnectionOwner;
  readonly #exchanges: Exchange[] = [];
  #served = 0;
  #isLast = false;
  #isClosed = false;

  /** @param socket one that is connected; it belongs to the connection from now on */
  constructor(socket: Socket, ip: string | undefined, owner: ConnectionOwner) {
    this.#socket = socket;
    this.#owner = owner;
    this.ip = ip;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("error", (error) => this.#lose(error));
    socket.on("end", () => this.#lose(undefined));
    socket.on("close", () => this.#lose(undefined));
    // It may have been lost while nobody listened.
    this.#isClosed = socket.destroyed;
  }

  /** Whether a request may be written. */
  get isOpen(): boolean {
    return !this.#isClosed;
  }

  send(exchange: Exchange): void {
    this.expect(exchange);
    if (!this.#isClosed) this.#socket.write(exchange.bytes, "latin1");
  }

  /** Writes a part of the request that `expect` is called for. */
  write(bytes: string): void {
    if (!this.#isClosed) this.#socket.write(bytes, "latin1");
  }

  /** The next response is for this request. */
  expect(exchange: Exchange): void {
    if (exchange.isAlone) this.#isLast = true;
    if (this.#isClosed) return exchange.fail(lost());
    this.#exchanges.push(exchange);
    exchange.begin(this);
  }

  /** Closes it; what is under way gets no answer. */
  destroy(): void {
    this.#lose(undefined);
  }

  /** Closes it for a reason that is none of the other side's. */
  abandon(error: Error): void {
    for (const exchange of this.#exchanges.splice(0)) exchange.fail(error);
    this.#lose(undefined);
  }

  #read(chunk: Buffer): void {
    for (let at = 0; at < chunk.length && !this.#isClosed;) {
      const [exchange] = this.#exchanges;
      // Nobody has asked for this: it must not be there when the next one asks.
      if (exchange === undefined) return this.destroy();
      const { reader } = exchange;
      try {
        at = reader.feed(chunk, at);
      } catch (thrown) {
        return exchange.fail(asError(thrown));
      }
      if (!reader.isDone) return;
      this.#exchanges.shift();
      this.#served += 1;
      const goesOn = reader.keepsAlive && !this.#isLast && this.#socket.writableLength === 0;
      const isFree = goesOn && this.#exchanges.length === 0 && at === chunk.length;
      if (!goesOn) this.destroy();
      exchange.succeed(this.ip);
      if (isFree && this.isOpen) this.#owner.onFree(this);
    }
  }

  #lose(error: Error | undefined): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.destroy();
    const [current, ...others] = this.#exchanges.splice(0);
    if (current !== undefined) this.#endHalfway(current, error);
    for (const exchange of others) this.#unanswered(exchange, error);
    this.#owner.onClosed(this);
  }

  #endHalfway(exchange: Exchange, error: Error | undefined): void {
    const { reader } = exchange;
    if (exchange.isOver) return;
    if (!reader.hasBegun) return this.#unanswered(exchange, error);
    try {
      reader.end();
    } catch (thrown) {
      return exchange.fail(error ?? asError(thrown));
    }
    exchange.succeed(this.ip);
  }

  #unanswered(exchange: Exchange, error: Error = lost()): void {
    if (this.#served > 0) this.#owner.onUnanswered(exchange, error);
    else exchange.fail(error);
  }
}

const lost = (): FailureError => new FailureError("connection-lost", "the connection was closed without a response");
