import { Readable, type Writable } from "node:stream";
import { Metadata, type CallOptions as GrpcCallOptions, type Client } from "@grpc/grpc-js";
import type { Clock } from "../base/clock.ts";
import { callKeys, formatCaller, WireError, type Caller, type Method } from "../wire/index.ts";
import { openChannel, type ConnectionSecurity } from "./channel.ts";
import { ClientError, clientError } from "./errors.ts";

export interface ConnectionOptions extends ConnectionSecurity {
  /** Of a node's control service, HOST:PORT: a loopback address unless there is TLS. Or of a socket of this machine: `unix:/PATH`. */
  readonly address: string;
  /** Who calls, where no certificate says it: 1 … 200 printable characters. */
  readonly token?: string;
  readonly clock: Clock;
  /** For a call that names no other time (default 10,000). */
  readonly callTimeoutMs?: number;
  /** The trace that the program is in, asked at each call: a `traceparent` of W3C Trace Context. `undefined`: none. */
  readonly traceparent?: () => string | undefined;
}

export interface CallOptions {
  readonly timeoutMs?: number;
  /** Cancels the call. */
  readonly signal?: AbortSignal;
  /** A node passes the call on for its own caller: it is judged by that caller's role, and not passed on again. */
  readonly onBehalfOf?: Caller;
}

const onAbort = (signal: AbortSignal | undefined, run: () => void): (() => void) => {
  if (signal?.aborted === true) run();
  signal?.addEventListener("abort", run, { once: true });
  return () => signal?.removeEventListener("abort", run);
};

/**
 * Calls of one node. Every call has a deadline; lost connections are made anew by themselves. Each method rejects with a `ClientError`.
 *
 * @throws ClientError `invalid` for an address that cannot be called, or a token that cannot be one
 */
export class Connection {
  readonly #address: string;
  readonly #client: Client;
  readonly #metadata = new Metadata();
  readonly #clock: Clock;
  readonly #callTimeoutMs: number;
  readonly #traceparent: () => string | undefined;
  #isClosed = false;

  constructor({ address, token, tls, expectedNode, clock, callTimeoutMs = 10_000, traceparent }: ConnectionOptions) {
    this.#address = address;
    this.#traceparent = traceparent ?? (() => undefined);
    this.#clock = clock;
    this.#callTimeoutMs = callTimeoutMs;
    if (token !== undefined) {
      if (!/^[\x21-\x7e]{1,200}$/.test(token)) throw new ClientError("invalid", "the token is not one");
      this.#metadata.set(callKeys.authorization, `Bearer ${token}`);
    }
    try {
      this.#client = openChannel(address, { tls, expectedNode });
    } catch (error) {
      if (error instanceof WireError) throw new ClientError("invalid", error.message, { cause: error });
      throw error;
    }
  }

  call<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    { timeoutMs, signal, onBehalfOf }: CallOptions = {},
  ): Promise<Response> {
    return this.#settled(signal, (settle) =>
      this.#open.makeUnaryRequest(
        method.path,
        method.request.encode,
        method.response.decode,
        request,
        this.#metadataFor(onBehalfOf),
        this.#options(timeoutMs),
        settle,
      ),
    );
  }

  /**
   * Sends `requests` one after another, as fast as the node takes them; it may answer before it has read all. An error of `requests` is
   * thrown on, and the call is cancelled.
   */
  async upload<Request, Response>(
    method: Method<Request, Response>,
    requests: Iterable<Request> | AsyncIterable<Request>,
    { timeoutMs, signal, onBehalfOf }: CallOptions = {},
  ): Promise<Response> {
    const source = Readable.from(requests);
    let failed: Error | undefined;
    try {
      return await this.#settled(signal, (settle) => {
        source.on("error", (error) => {
          failed = error;
          call.cancel();
        });
        const call = this.#open.makeClientStreamRequest(
          method.path,
          method.request.encode,
          method.response.decode,
          this.#metadataFor(onBehalfOf),
          this.#options(timeoutMs),
          settle,
        );
        const sink: Writable = call;
        source.pipe(sink);
        return call;
      });
    } catch (error) {
      throw failed ?? error;
    } finally {
      source.destroy();
    }
  }

  /** What the node sends until it ends the stream. Leaving the loop cancels the call. */
  async *stream<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    { timeoutMs, signal, onBehalfOf }: CallOptions = {},
  ): AsyncGenerator<Response, void> {
    const call = this.#open.makeServerStreamRequest(
      method.path,
      method.request.encode,
      method.response.decode,
      request,
      this.#metadataFor(onBehalfOf),
      this.#options(timeoutMs),
    );
    // Reported to the loop below; what comes after its end is nobody's concern.
    call.on("error", () => undefined);
    const ignore = onAbort(signal, () => call.cancel());
    try {
      const messages: AsyncIterable<Response> = call;
      yield* messages;
    } catch (error) {
      throw clientError(error, this.#address);
    } finally {
      ignore();
      call.cancel();
    }
  }

  /**
   * Sends `requests` while it gives out what the node answers, each as fast as the other end takes it, until the node ends the stream. An
   * error of `requests` is thrown on. Leaving the loop cancels the call.
   */
  async *exchange<Request, Response>(
    method: Method<Request, Response>,
    requests: AsyncIterable<Request>,
    { timeoutMs, signal, onBehalfOf }: CallOptions = {},
  ): AsyncGenerator<Response, void> {
    const call = this.#open.makeBidiStreamRequest(
      method.path,
      method.request.encode,
      method.response.decode,
      this.#metadataFor(onBehalfOf),
      this.#options(timeoutMs),
    );
    call.on("error", () => undefined);
    const source = Readable.from(requests);
    let failed: Error | undefined;
    source.on("error", (error) => {
      failed = error;
      call.cancel();
    });
    const sink: Writable = call;
    source.pipe(sink);
    const ignore = onAbort(signal, () => call.cancel());
    try {
      const messages: AsyncIterable<Response> = call;
      yield* messages;
    } catch (error) {
      throw failed ?? clientError(error, this.#address);
    } finally {
      ignore();
      source.destroy();
      call.cancel();
    }
  }

  /** Takes no more calls: they reject as `cancelled`. Those under way end by themselves. */
  close(): void {
    this.#isClosed = true;
    this.#client.close();
  }

  get #open(): Client {
    if (this.#isClosed) throw new ClientError("cancelled", "this client is closed: make a new one");
    return this.#client;
  }

  #metadataFor(caller: Caller | undefined): Metadata {
    const traceparent = this.#traceparent();
    if (caller === undefined && traceparent === undefined) return this.#metadata;
    const metadata = this.#metadata.clone();
    if (caller !== undefined) metadata.set(callKeys.forwarded, formatCaller(caller));
    if (traceparent !== undefined) metadata.set(callKeys.traceparent, traceparent);
    return metadata;
  }

  #options(timeoutMs = this.#callTimeoutMs): GrpcCallOptions {
    return { deadline: this.#clock.wallMs() + timeoutMs };
  }

  #settled<Response>(
    signal: AbortSignal | undefined,
    start: (settle: (error: Error | null, response?: Response) => void) => { cancel(): void },
  ): Promise<Response> {
    let ignore: () => void = () => undefined;
    return new Promise<Response>((resolve, reject) => {
      const call = start((error, response) => {
        if (error === null && response !== undefined) resolve(response);
        else reject(error ?? new Error("an answer without a message"));
      });
      ignore = onAbort(signal, () => call.cancel());
    })
      .catch((error: unknown) => {
        throw clientError(error, this.#address);
      })
      .finally(() => ignore());
  }
}
