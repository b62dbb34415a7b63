import { asError } from "../../../base/errors.ts";
import type { Clock } from "../../../base/clock.ts";
import type { ScopeGuard } from "../scope/guard.ts";
import { decodeBody } from "./decode.ts";
import { exchange, headerValue, type RawResponse } from "./exchange.ts";
import { FailureError, failureOf, type HttpFailure } from "./failure.ts";
import type { HttpLimits } from "./limits.ts";
import type { HttpRequest } from "./plan.ts";
import { type OriginPool, OriginPools } from "./pools.ts";
import { type Hop, nextHop } from "./redirect.ts";
import type { Resolver } from "./resolver.ts";
import type { HttpResponse } from "./response.ts";
import type { WireUrl } from "./target.ts";

/**
 * What a request led to: the responses in the order in which they came, and what ended the chain if it was not its
 * last response. Both may be there: a redirect that was refused leaves the responses before it.
 */
export interface HttpOutcome {
  readonly responses: readonly HttpResponse[];
  readonly failure: HttpFailure | undefined;
  /** Requests that were put on the wire or tried to be, redirects included. */
  readonly attempts: number;
}

/** Called before each request, redirects included; nothing is sent until it resolves. */
export type BeforeSend = (url: WireUrl) => Promise<void>;

export interface SendContext {
  readonly signal: AbortSignal;
  readonly beforeSend: BeforeSend | undefined;
}

export interface HttpClientSetup {
  readonly clock: Clock;
  readonly scope: ScopeGuard;
  readonly limits: HttpLimits;
  readonly resolve: Resolver;
}

/** Sends requests within scope and limits. A response or its absence is never an exception. Close it when done. */
export class HttpClient {
  readonly #clock: Clock;
  readonly #limits: HttpLimits;
  readonly #pools: OriginPools;

  constructor({ clock, scope, limits, resolve }: HttpClientSetup) {
    this.#clock = clock;
    this.#limits = limits;
    this.#pools = new OriginPools(scope, resolve, limits);
  }

  /** @throws only what `beforeSend` throws */
  async send(request: HttpRequest, { signal, beforeSend }: SendContext): Promise<HttpOutcome> {
    const startedMs = this.#clock.monotonicMs();
    const responses: HttpResponse[] = [];
    let hop: Hop = request;
    for (let attempts = 0; ;) {
      const ended = (failure: HttpFailure | undefined): HttpOutcome => ({ responses, failure, attempts });
      const pool = this.#pools.of(hop.url);
      if ("refusal" in pool) return ended({ kind: "refused-by-scope", url: hop.url.href, message: pool.refusal });
      try {
        if (beforeSend !== undefined) await untilAborted(beforeSend(hop.url), signal);
        attempts += 1;
        const raw = await this.#exchange(pool, hop, request, startedMs, signal);
        const next = nextHop(request, hop, raw, attempts - 1);
        const response = await this.#response(pool, hop, request, raw, next.step === "follow", startedMs);
        responses.push(response);
        if (next.step === "stay") return ended(undefined);
        if (next.step === "fail") return ended({ kind: next.kind, url: hop.url.href, message: next.message });
        hop = next.hop;
      } catch (thrown) {
        if (thrown instanceof BeforeSendError) throw thrown.cause;
        return ended(failureOf(asError(thrown), hop.url.href));
      }
    }
  }

  /** Ends every connection; requests under way end as `aborted`. */
  close(): Promise<void> {
    return this.#pools.destroy();
  }

  #exchange(
    { pool }: OriginPool,
    hop: Hop,
    request: HttpRequest,
    startedMs: number,
    signal: AbortSignal,
  ): Promise<RawResponse> {
    return exchange(
      pool,
      {
        path: hop.url.path,
        method: hop.method,
        // The type wants a mutable array; undici only reads it.
        headers: hop.headers as string[],
        body: hop.body ?? null,
      },
      {
        clock: this.#clock,
        signal,
        maxBytes: this.#maxBytes(request),
        maxEncodedBytes: this.#limits.maxBodyBytes,
        deadlineMs: this.#limits.totalMs - (this.#clock.monotonicMs() - startedMs),
      },
    );
  }

  async #response(
    { connector }: OriginPool,
    { url, headers }: Hop,
    request: HttpRequest,
    raw: RawResponse,
    isFollowed: boolean,
    startedMs: number,
  ): Promise<HttpResponse> {
    const encoding = isFollowed ? "" : headerValue(raw.headers, "content-encoding");
    const { body, truncated, decoded } =
      encoding === ""
        ? { body: isFollowed ? Buffer.alloc(0) : raw.body, truncated: false, decoded: false }
        : await decodeBody(raw.body, encoding, this.#maxBytes(request));
    return {
      url,
      status: raw.status,
      reason: raw.reason,
      headers: raw.headers,
      body,
      truncated: raw.truncated || truncated,
      decodedByClient: decoded && encoding.toLowerCase() === "gzip" && asksForGzip(headers),
      ip: connector.remoteAddress(),
      durationMs: this.#clock.monotonicMs() - startedMs,
    };
  }

  #maxBytes(request: HttpRequest): number {
    return Math.min(request.maxBytes ?? this.#limits.maxBodyBytes, this.#limits.maxBodyBytes);
  }
}

/** Tells an error of the caller's hook from one of the exchange. */
class BeforeSendError extends Error {}

const hasFired = (signal: AbortSignal): boolean => signal.aborted;

/** Waits for the caller's hook, but no longer than until the signal fires. */
const untilAborted = async (wait: Promise<void>, signal: AbortSignal): Promise<void> => {
  const aborted = (): FailureError => new FailureError("aborted", "aborted before it was sent");
  if (hasFired(signal)) throw aborted();
  const end = new AbortController();
  const abortion = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(aborted()), { signal: end.signal });
  });
  try {
    await Promise.race([wait, abortion]);
  } catch (cause) {
    throw hasFired(signal) ? aborted() : new BeforeSendError("beforeSend failed", { cause });
  } finally {
    end.abort();
  }
};

/** Only our own default asks for exactly this; a template that asks for something else wants to see the encoding. */
const asksForGzip = (headers: readonly string[]): boolean =>
  headers.some((name, at) => at % 2 === 0 && name === "Accept-Encoding" && headers[at + 1] === "gzip");
