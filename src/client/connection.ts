import { Readable, type Writable } from "node:stream";
import { Client, credentials, Metadata, type CallOptions as GrpcCallOptions } from "@grpc/grpc-js";
import type { Clock } from "../base/clock.ts";
import { callKeys, endpointText, parseLoopback, WireError, type Method } from "../wire/index.ts";
import { ClientError, clientError } from "./errors.ts";

export interface ConnectionOptions {
  /** Of a node's control service: a loopback address with its port. */
  readonly address: string;
  /** The operator token: 1 … 200 printable characters. */
  readonly token: string;
  readonly clock: Clock;
  /** For a call that names no other time (default 10,000). */
  readonly callTimeoutMs?: number;
  /** A node passes on a call of its own client: it is not passed on again. */
  readonly forwarded?: boolean;
}

export interface CallOptions {
  readonly timeoutMs?: number;
  /** Cancels the call. */
  readonly signal?: AbortSignal;
}

/** A frozen peer answers no ping: its calls fail after 15 s. */
const channelOptions = {
  "grpc.keepalive_time_ms": 10_000,
  "grpc.keepalive_timeout_ms": 5_000,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1_000,
  "grpc.max_send_message_length": 1024 * 1024,
  "grpc.max_receive_message_length": 4 * 1024 * 1024,
  // A proxy from the environment would be sent the token.
  "grpc.enable_http_proxy": 0,
  "grpc.service_config_disable_resolution": 1,
  "grpc.use_local_subchannel_pool": 1,
} as const;

const targetOf = (address: string): string => {
  const endpoint = parseLoopback(address);
  return `${endpoint.host.includes(":") ? "ipv6" : "ipv4"}:${endpointText(endpoint)}`;
};

const onAbort = (signal: AbortSignal | undefined, run: () => void): (() => void) => {
  if (signal?.aborted === true) run();
  signal?.addEventListener("abort", run, { once: true });
  return () => signal?.removeEventListener("abort", run);
};

/**
 * Calls of one node. Every call has a deadline; lost connections are made anew by themselves. Each method rejects with a `ClientError`.
 *
 * @throws ClientError `invalid` for an address that is not loopback, or a token that cannot be one
 */
export class Connection {
  readonly #address: string;
  readonly #client: Client;
  readonly #metadata = new Metadata();
  readonly #clock: Clock;
  readonly #callTimeoutMs: number;

  constructor({ address, token, clock, callTimeoutMs = 10_000, forwarded = false }: ConnectionOptions) {
    if (!/^[\x21-\x7e]{1,200}$/.test(token)) throw new ClientError("invalid", "the operator token is not one");
    this.#address = address;
    this.#clock = clock;
    this.#callTimeoutMs = callTimeoutMs;
    this.#metadata.set(callKeys.authorization, `Bearer ${token}`);
    if (forwarded) this.#metadata.set(callKeys.forwarded, "1");
    try {
      this.#client = new Client(targetOf(address), credentials.createInsecure(), channelOptions);
    } catch (error) {
      if (error instanceof WireError) throw new ClientError("invalid", error.message, { cause: error });
      throw error;
    }
  }

  call<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    { timeoutMs, signal }: CallOptions = {},
  ): Promise<Response> {
    return this.#settled(signal, (settle) =>
      this.#client.makeUnaryRequest(
        method.path,
        method.request.encode,
        method.response.decode,
        request,
        this.#metadata,
        this.#options(timeoutMs),
        settle,
      ),
    );
  }

  /** Sends `requests` one after another, as fast as the node takes them; it may answer before it has read all. */
  async upload<Request, Response>(
    method: Method<Request, Response>,
    requests: Iterable<Request> | AsyncIterable<Request>,
    { timeoutMs, signal }: CallOptions = {},
  ): Promise<Response> {
    const source = Readable.from(requests);
    try {
      return await this.#settled(signal, (settle) => {
        const call = this.#client.makeClientStreamRequest(
          method.path,
          method.request.encode,
          method.response.decode,
          this.#metadata,
          this.#options(timeoutMs),
          settle,
        );
        const sink: Writable = call;
        source.pipe(sink);
        return call;
      });
    } finally {
      source.destroy();
    }
  }

  /** What the node sends until it ends the stream. Leaving the loop cancels the call. */
  async *stream<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    { timeoutMs, signal }: CallOptions = {},
  ): AsyncGenerator<Response, void> {
    const call = this.#client.makeServerStreamRequest(
      method.path,
      method.request.encode,
      method.response.decode,
      request,
      this.#metadata,
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

  /** Takes no more calls; those under way end by themselves. */
  close(): void {
    this.#client.close();
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
