import { setMaxListeners } from "node:events";
import type { Socket } from "node:net";
import { asError } from "../../../../base/errors.ts";
import { FailureError, StaleConnectionError } from "../failure.ts";
import { Connection, type ConnectionOwner } from "./connection.ts";
import type { Exchange } from "./exchange.ts";
import type { IdleConnections } from "./idle-connections.ts";

export interface OriginPoolSetup {
  /** Opens one more connection; rejects when there is none. */
  readonly dial: (signal: AbortSignal) => Promise<Socket>;
  /** Whether the address at the other end of a connection is the origin's. */
  readonly isDirect: boolean;
  /** Connections at once; requests beyond wait. */
  readonly most: number;
  readonly idle: IdleConnections;
}

/** The connections to one origin over one route. Whoever creates it destroys it. */
export class OriginPool implements ConnectionOwner {
  readonly #setup: OriginPoolSetup;
  readonly #end = new AbortController();
  readonly #waiting: Exchange[] = [];
  readonly #open = new Set<Connection>();
  readonly #free: Connection[] = [];
  #opening = 0;
  #isRetired = false;

  constructor(setup: OriginPoolSetup) {
    this.#setup = setup;
    // Every connection that is being opened listens to it.
    setMaxListeners(0, this.#end.signal);
  }

  /** Whether nothing is open, under way or waiting. */
  get isEmpty(): boolean {
    return this.#open.size === 0 && this.#opening === 0 && this.#waiting.length === 0;
  }

  /** Sends it when there is a connection for it. */
  dispatch(exchange: Exchange): void {
    const connection = this.#waiting.length === 0 && !exchange.isAlone ? this.#takeFree() : undefined;
    if (connection !== undefined) return connection.send(exchange);
    this.#waiting.push(exchange);
    this.#proceed();
  }

  /**
   * One more connection, beside those for `dispatch`; the caller sends over it and destroys it.
   *
   * @throws FailureError or what the system reports when there is none
   */
  async open(owner: ConnectionOwner): Promise<Connection> {
    this.#opening += 1;
    const socket = await this.#setup.dial(this.#end.signal).finally(() => (this.#opening -= 1));
    const connection = new Connection(socket, this.#ipOf(socket), {
      onFree: (free) => owner.onFree(free),
      onUnanswered: (exchange, error) => owner.onUnanswered(exchange, error),
      onClosed: (closed) => {
        this.#open.delete(closed);
        owner.onClosed(closed);
      },
    });
    if (connection.isOpen) this.#open.add(connection);
    return connection;
  }

  /** Closes connections as soon as their requests have ended. */
  retire(): void {
    this.#isRetired = true;
    for (const connection of [...this.#free]) connection.destroy();
  }

  /** Closes every connection; requests under way fail as aborted. */
  destroy(): void {
    this.#isRetired = true;
    this.#end.abort();
    const error = new FailureError("aborted", "the client was closed");
    for (const exchange of this.#waiting.splice(0)) exchange.fail(error);
    for (const connection of [...this.#open]) connection.abandon(error);
  }

  onFree(connection: Connection): void {
    const next = this.#nextWaiting();
    if (next !== undefined && !next.isAlone) {
      this.#waiting.shift();
      return connection.send(next);
    }
    if (this.#isRetired) return connection.destroy();
    this.#free.push(connection);
    this.#setup.idle.add(connection);
    if (next !== undefined) this.#proceed();
  }

  onClosed(connection: Connection): void {
    this.#open.delete(connection);
    this.#setup.idle.remove(connection);
    const at = this.#free.indexOf(connection);
    if (at !== -1) this.#free.splice(at, 1);
    this.#proceed();
  }

  onUnanswered(exchange: Exchange, error: Error): void {
    exchange.fail(exchange.isReplayable ? new StaleConnectionError(error.message) : error);
  }

  #takeFree(): Connection | undefined {
    const connection = this.#free.pop();
    if (connection !== undefined) this.#setup.idle.remove(connection);
    return connection;
  }

  #nextWaiting(): Exchange | undefined {
    while (this.#waiting[0]?.isOver === true) this.#waiting.shift();
    return this.#waiting[0];
  }

  /** Serves those that wait: from free connections, then by opening some. */
  #proceed(): void {
    for (let next = this.#nextWaiting(); next !== undefined; next = this.#nextWaiting()) {
      const connection = next.isAlone ? undefined : this.#takeFree();
      if (connection !== undefined) {
        this.#waiting.shift();
        connection.send(next);
        continue;
      }
      if (this.#opening >= this.#waiting.length) return;
      if (this.#opening + this.#open.size >= this.#setup.most) {
        const unused = this.#takeFree();
        if (unused === undefined) return;
        unused.destroy();
        continue;
      }
      this.#dial();
    }
  }

  #dial(): void {
    this.#opening += 1;
    this.#setup.dial(this.#end.signal).then(
      (socket) => {
        this.#opening -= 1;
        const connection = new Connection(socket, this.#ipOf(socket), this);
        if (!connection.isOpen) return this.#failNext(new FailureError("connection-lost", "closed at once"));
        this.#open.add(connection);
        const next = this.#nextWaiting();
        if (next === undefined) return this.onFree(connection);
        this.#waiting.shift();
        connection.send(next);
      },
      (thrown: unknown) => {
        this.#opening -= 1;
        this.#failNext(asError(thrown));
      },
    );
  }

  /** A connection that did not come about is the failure of one request; the next one tries again. */
  #failNext(error: Error): void {
    const next = this.#nextWaiting();
    if (next === undefined) return;
    this.#waiting.shift();
    next.fail(error);
    this.#proceed();
  }

  #ipOf(socket: Socket): string | undefined {
    return this.#setup.isDirect ? socket.remoteAddress : undefined;
  }
}
