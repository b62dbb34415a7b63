import type { Clock } from "../base/clock.ts";
import { controlService, parseEndpoint, parseLoopback, type Method } from "../wire/index.ts";
import type { ClusterCallOptions, ClusterCalls } from "./cluster-calls.ts";
import { Connection, type CallOptions, type ConnectionOptions } from "./connection.ts";
import { ClientError } from "./errors.ts";
import { NodeRing } from "./node-ring.ts";
import { isOutOfReach, isServedElsewhere } from "./out-of-reach.ts";

/** Another node answers than the one that was called before. */
export interface NodeMove {
  readonly from: string;
  readonly to: string;
}

export interface ClusterConnectionOptions extends Omit<ConnectionOptions, "address" | "expectedNode"> {
  /** Of control services of one cluster, each HOST:PORT: loopback addresses unless there is TLS. The first is called while it answers. */
  readonly addresses: readonly [string, ...string[]];
  readonly onMove?: (move: NodeMove) => void;
}

const usualTimeoutMs = 10_000;
/** The members are asked for again after this long. */
const learnEveryMs = 60_000;
const learnTimeoutMs = 2_000;

/** Another node is to be asked. */
const isLeft = (error: unknown): error is ClientError => isOutOfReach(error) || isServedElsewhere(error);

const isCallable = (address: string, tls: boolean): boolean => {
  try {
    if (tls) parseEndpoint(address);
    else parseLoopback(address);
    return true;
  } catch {
    return false;
  }
};

/**
 * Calls of a cluster through whichever of its nodes answers: those that were named and, once a stream has begun, those that `ListMembers`
 * names. A node that is out of reach is left for the next one, with the call if that is repeatable; else with the next call. So is a
 * node whose roles leave the call to others, which a stream leaves at once. All tries of a call share its timeout.
 *
 * @throws ClientError `invalid` for an address that cannot be called, or a token that cannot be one
 */
export class ClusterConnection implements ClusterCalls {
  readonly #options: ClusterConnectionOptions;
  readonly #clock: Clock;
  readonly #ring: NodeRing;
  readonly #connections = new Map<string, Connection>();
  #answeredBy: string;
  #hasAnswered = false;
  #learnedMs = -learnEveryMs;

  constructor(options: ClusterConnectionOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#ring = new NodeRing(options.addresses);
    this.#answeredBy = this.#ring.current;
    for (const address of options.addresses) this.#at(address);
  }

  get isOneNode(): boolean {
    const { named, current } = this.#ring;
    return named.length === 1 && named[0] === current;
  }

  async call<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    options: ClusterCallOptions = {},
  ): Promise<Response> {
    const work = (connection: Connection, timeoutMs: number): Promise<Response> =>
      connection.call(method, request, { ...options, timeoutMs });
    if (options.repeatable === true) return this.#repeated(options, work);
    await this.#findNode(options.signal);
    return this.#tried({ ...options, timeoutMs: options.timeoutMs ?? this.#callTimeoutMs }, work);
  }

  upload<Request, Response>(
    method: Method<Request, Response>,
    requests: () => Iterable<Request> | AsyncIterable<Request>,
    options: CallOptions = {},
  ): Promise<Response> {
    return this.#repeated(options, (connection, timeoutMs) =>
      connection.upload(method, requests(), { ...options, timeoutMs }),
    );
  }

  async *stream<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    options: CallOptions = {},
  ): AsyncGenerator<Response, void> {
    await this.#findNode(options.signal);
    for (let tries = this.#ring.all.length; ; tries -= 1) {
      try {
        return yield* this.#streamed(method, request, options);
      } catch (error) {
        if (tries <= 1 || !isServedElsewhere(error)) throw error;
      }
    }
  }

  async *#streamed<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    options: CallOptions,
  ): AsyncGenerator<Response, void> {
    const address = this.#ring.current;
    const connection = this.#at(address);
    let heard = false;
    try {
      for await (const message of connection.stream(method, request, options)) {
        if (!heard) {
          heard = true;
          this.#answered(address);
          await this.#learn(connection);
        }
        yield message;
      }
    } catch (error) {
      const inOrder = heard && error instanceof ClientError && error.code === "deadline";
      if (!inOrder && isLeft(error)) this.#leave(address, options.signal);
      throw error;
    }
  }

  async *exchange<Request, Response>(
    method: Method<Request, Response>,
    requests: AsyncIterable<Request>,
    options: CallOptions = {},
  ): AsyncGenerator<Response, void> {
    const address = this.#ring.current;
    try {
      for await (const message of this.#at(address).exchange(method, requests, options)) {
        this.#answered(address);
        yield message;
      }
    } catch (error) {
      if (isLeft(error)) this.#leave(address, options.signal);
      throw error;
    }
  }

  /** Takes no more calls; those under way end by themselves. */
  close(): void {
    for (const connection of this.#connections.values()) connection.close();
  }

  get #callTimeoutMs(): number {
    return this.#options.callTimeoutMs ?? usualTimeoutMs;
  }

  /** At most one try for each node. While there is another one to try, a node gets half of the time that is left. */
  async #repeated<Result>(
    { timeoutMs = this.#callTimeoutMs, signal }: CallOptions,
    work: (connection: Connection, timeoutMs: number) => Promise<Result>,
  ): Promise<Result> {
    const untilMs = this.#clock.monotonicMs() + timeoutMs;
    let failure: ClientError | undefined;
    for (let tries = this.#ring.all.length; ; tries -= 1) {
      const leftMs = Math.max(1, untilMs - this.#clock.monotonicMs());
      try {
        return await this.#tried({ timeoutMs: tries > 1 ? leftMs / 2 : leftMs, signal }, work);
      } catch (error) {
        if (!isLeft(error)) throw error;
        // That a node does not serve it says less than why one that does could not.
        failure = isServedElsewhere(error) ? (failure ?? error) : error;
        if (tries <= 1 || signal?.aborted === true) throw failure;
      }
    }
  }

  async #tried<Result>(
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
    work: (connection: Connection, timeoutMs: number) => Promise<Result>,
  ): Promise<Result> {
    const address = this.#ring.current;
    try {
      const result = await work(this.#at(address), timeoutMs);
      this.#answered(address);
      return result;
    } catch (error) {
      if (isLeft(error)) this.#leave(address, signal);
      throw error;
    }
  }

  /** A call that its caller has cancelled says nothing of the node. */
  #leave(address: string, signal: AbortSignal | undefined): void {
    if (signal?.aborted !== true) this.#ring.turnFrom(address);
  }

  /** What must not be repeated goes to a node that has answered what may be. */
  async #findNode(signal: AbortSignal | undefined): Promise<void> {
    if (this.#hasAnswered || this.#ring.all.length === 1) return;
    await this.call(controlService.listMembers, {}, { repeatable: true, ...(signal === undefined ? {} : { signal }) });
  }

  #answered(address: string): void {
    this.#hasAnswered = true;
    const from = this.#answeredBy;
    if (address === from) return;
    this.#answeredBy = address;
    this.#options.onMove?.({ from, to: address });
  }

  /** Never rejects: without it there are only the nodes that were named. */
  async #learn(connection: Connection): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#learnedMs < learnEveryMs) return;
    this.#learnedMs = nowMs;
    try {
      const { members } = await connection.call(controlService.listMembers, {}, { timeoutMs: learnTimeoutMs });
      const up = members.filter(({ state }) => state === "up").map(({ address }) => address);
      this.#ring.learn(up.filter((address) => isCallable(address, this.#options.tls !== undefined)));
      this.#forgetOthers();
    } catch {
      this.#learnedMs = -Infinity;
    }
  }

  /** Nodes that are gone for good leave no connection behind. */
  #forgetOthers(): void {
    const { all, current } = this.#ring;
    for (const [address, connection] of this.#connections) {
      if (address === current || all.includes(address)) continue;
      connection.close();
      this.#connections.delete(address);
    }
  }

  #at(address: string): Connection {
    const known = this.#connections.get(address);
    if (known !== undefined) return known;
    const connection = new Connection({ ...this.#options, address });
    this.#connections.set(address, connection);
    return connection;
  }
}
