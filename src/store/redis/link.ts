import { isIP } from "node:net";
import { createClient } from "redis";
import type { RedisLocation } from "../../config/addresses/store-url.ts";
import type { RedisTls } from "./options.ts";

/** Where a connection leads and who it is. */
export interface LinkTarget {
  readonly location: RedisLocation;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: RedisTls;
}

/** The longest that Node's timers take. */
const longestMs = 2 ** 31 - 1;

type Client = ReturnType<typeof newClient>;

/**
 * One connection from its opening to its end. It is never mended, so that every call on it belongs to one connection
 * and nothing is sent twice; whoever owns it makes a new one.
 */
export class Link {
  /** Resolves with the reason once it is of no use any more. */
  readonly gone: Promise<Error>;
  readonly #client: Client;
  readonly #end: (reason: Error) => void;

  private constructor(client: Client) {
    let end: (reason: Error) => void = () => undefined;
    this.gone = new Promise((resolve) => (end = resolve));
    this.#client = client;
    this.#end = end;
    // The client reports here whatever ends its socket, and replies that it cannot read.
    client.on("error", (error: Error) => this.drop(error));
  }

  /**
   * Connects and logs in. Rejects with what the system, TLS or the server said, or when `signal` is aborted.
   * @param timeoutMs for reaching the server; logging in has to be ended by the signal
   */
  static async open(target: LinkTarget, timeoutMs: number, signal: AbortSignal): Promise<Link> {
    signal.throwIfAborted();
    const client = newClient(target, timeoutMs);
    const link = new Link(client);
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
    const connected = client.connect();
    // A client that is destroyed while it connects may still get a socket.
    connected.then(
      () => signal.aborted && client.destroy(),
      () => undefined,
    );
    try {
      await Promise.race([connected, aborted]);
      return link;
    } catch (error) {
      client.destroy();
      throw error;
    }
  }

  /** Resolves with the reply. Rejects with `ErrorReply` as the server refuses it, or when the connection ends. */
  send(args: readonly string[]): Promise<unknown> {
    return this.#client.sendCommand(args);
  }

  /** Resolves once the server has it. `tell` is called with each message, until the link ends or `unsubscribe`. */
  subscribe(channel: string, tell: (message: string) => void): Promise<void> {
    return this.#client.subscribe(channel, tell);
  }

  /** Ends what `subscribe` began with the same `tell`: without it, the client drops one that began meanwhile as well. */
  unsubscribe(channel: string, tell: (message: string) => void): Promise<void> {
    return this.#client.unsubscribe(channel, tell);
  }

  /** Ends it at once; calls under way reject. Idempotent. */
  drop(reason: Error): void {
    this.#end(reason);
    this.#client.destroy();
  }
}

/** The environment of the process (`NODE_TLS_REJECT_UNAUTHORIZED`, `--tls-min-v1.0`) softens none of these. */
const tlsRules = (host: string) =>
  ({
    tls: true,
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
    // TLS does not tell the server the name that it is called by unless it is asked to.
    ...(isIP(host) === 0 ? { servername: host } : {}),
  }) as const;

const newClient = ({ location, username, password, tls = {} }: LinkTarget, timeoutMs: number) => {
  const { host, port, database } = location;
  const plain = { host, port, connectTimeout: Math.min(timeoutMs, longestMs), reconnectStrategy: false } as const;
  return createClient({
    RESP: 3,
    name: "garrison",
    database,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    socket: location.tls ? { ...plain, ...tls, ...tlsRules(host) } : plain,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: "disabled",
    // Deadlines are the connection's, by the Clock, for all calls with one timer.
    commandOptions: { timeout: 0 },
  });
};
