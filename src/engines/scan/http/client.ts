import { asError } from "../../../base/errors.ts";
import type { Clock } from "../../../base/clock.ts";
import { decodeBody } from "./decode.ts";
import { exchange, headerValue, type RawResponse } from "./exchange.ts";
import { FailureError, failureOf, type HttpFailure } from "./failure.ts";
import type { HttpLimits } from "./limits.ts";
import type { HttpRequest, Pipelining } from "./http-request.ts";
import { type OriginPool, OriginPools, type OriginPoolsSetup } from "./pools.ts";
import { type Hop, nextHop } from "./redirect.ts";
import type { HttpResponse } from "./response.ts";
import type { Route } from "./route.ts";
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
  readonly route: Route;
  /** For the request with its redirects, in place of the client's limits on time; undefined: these. */
  readonly timeoutMs: number | undefined;
}

/** Sends requests within scope and limits. A response or its absence is never an exception. Close it when done. */
export class HttpClient {
  readonly #clock: Clock;
  readonly #limits: HttpLimits;
  readonly #pools: OriginPools;

  constructor(setup: OriginPoolsSetup) {
    this.#clock = setup.clock;
    this.#limits = setup.limits;
    this.#pools = new OriginPools(setup);
  }

  /** @throws only what `beforeSend` throws */
  async send(request: HttpRequest, context: SendContext): Promise<HttpOutcome> {
    const { beforeSend, route } = context;
    const timeoutMs = context.timeoutMs ?? this.#limits.totalMs;
    const responses: HttpResponse[] = [];
    let hop: Hop = request;
    // Time that the caller holds a request back does not count against the site.
    let spentMs = 0;
    for (let attempts = 0; ;) {
      const ended = (failure: HttpFailure | undefined): HttpOutcome => ({ responses, failure, attempts });
      const { url } = hop;
      let origin = this.#pools.of(url, route);
      if ("refusal" in origin) return ended(failureOf(origin.refusal, url.href));
      if (beforeSend !== undefined || origin.refuse !== undefined) {
        const failure = await admit(origin, url, context);
        if (failure !== undefined) return ended(failure);
        // While it waited, its connections may have been closed for those of another origin.
        origin = this.#pools.of(url, route);
        if ("refusal" in origin) return ended(failureOf(origin.refusal, url.href));
      }
      const startedMs = this.#clock.monotonicMs();
      attempts += 1;
      try {
        const raw = await this.#exchange(origin, hop, request, timeoutMs - spentMs, context);
        if (origin.absoluteForm && raw.status === proxyLoginStatus) {
          throw new FailureError("proxy-refused", "the proxy wants a login");
        }
        const next = nextHop(request, hop, raw, attempts - 1);
        const content = next.step === "follow" ? noContent : await this.#content(hop, request, raw);
        spentMs += this.#clock.monotonicMs() - startedMs;
        const { status, reason, headers } = raw;
        const ip = origin.connector.remoteAddress();
        responses.push({ url, status, reason, headers, ...content, ip, durationMs: spentMs });
        if (next.step === "stay") return ended(undefined);
        if (next.step === "fail") return ended({ kind: "protocol", url: url.href, message: next.message });
        hop = next.hop;
      } catch (thrown) {
        return ended(failureOf(asError(thrown), url.href));
      }
    }
  }

  /**
   * Sends requests of one origin so that they reach it as near to one moment as can be: all but the last bytes of each
   * on a connection of its own, then the last bytes of all. One outcome each, in their order; no redirects.
   *
   * @throws only what `beforeSend` throws
   */
  race(requests: readonly HttpRequest[], context: SendContext): Promise<readonly HttpOutcome[]> {
    return Promise.all(requests.map((request) => this.send(request, context)));
  }

  /**
   * Sends requests of one origin without waiting for answers in between. One outcome each, in their order; no redirects.
   *
   * @throws only what `beforeSend` throws
   */
  pipelined(
    requests: readonly HttpRequest[],
    _pipelining: Pipelining,
    context: SendContext,
  ): Promise<readonly HttpOutcome[]> {
    return Promise.all(requests.map((request) => this.send(request, context)));
  }

  /** Ends every connection; requests under way end as `aborted`. */
  close(): Promise<void> {
    return this.#pools.destroy();
  }

  #exchange(
    { pool, absoluteForm }: OriginPool,
    { method, url, headers, body }: Hop,
    request: HttpRequest,
    deadlineMs: number,
    { signal, timeoutMs }: SendContext,
  ): Promise<RawResponse> {
    return exchange(
      pool,
      {
        path: absoluteForm ? `${url.origin}${url.path}` : url.path,
        method,
        // The type wants a mutable array; undici only reads it.
        headers: headers as string[],
        body: body ?? null,
        ...(timeoutMs === undefined ? {} : { headersTimeout: timeoutMs }),
      },
      {
        clock: this.#clock,
        signal,
        maxBytes: this.#maxBytes(request),
        maxEncodedBytes: this.#limits.maxBodyBytes,
        deadlineMs,
      },
    );
  }

  async #content({ headers }: Hop, request: HttpRequest, raw: RawResponse): Promise<Content> {
    const encoding = headerValue(raw.headers, "content-encoding");
    if (encoding === "") return { body: raw.body, truncated: raw.truncated, decodedByClient: false };
    const { body, truncated, decoded } = await decodeBody(raw.body, encoding, this.#maxBytes(request));
    return {
      body,
      truncated: raw.truncated || truncated,
      decodedByClient: decoded && encoding.toLowerCase() === "gzip" && asksForGzip(headers),
    };
  }

  #maxBytes(request: HttpRequest): number {
    return Math.min(request.maxBytes ?? this.#limits.maxBodyBytes, this.#limits.maxBodyBytes);
  }
}

type Content = Pick<HttpResponse, "body" | "truncated" | "decodedByClient">;

/** No site answers with it: it is the proxy's own. */
const proxyLoginStatus = 407;

/** What a redirect that is followed shows of its body, as in nuclei. */
const noContent: Content = { body: Buffer.alloc(0), truncated: false, decodedByClient: false };

/** Waits for the caller's leave, then asks whether the proxy may have the request; what speaks against it. */
const admit = async (
  { refuse }: OriginPool,
  url: WireUrl,
  { signal, beforeSend }: SendContext,
): Promise<HttpFailure | undefined> => {
  let refusal: FailureError | undefined;
  const aborted = await untilAborted(
    async () => {
      await beforeSend?.(url);
      refusal = await refuse?.();
    },
    signal,
    url,
  );
  return aborted ?? (refusal && failureOf(refusal, url.href));
};

const hasFired = (signal: AbortSignal): boolean => signal.aborted;

/** Waits for the caller's hook, but no longer than until the signal fires; the failure that is then. */
const untilAborted = async (
  hook: () => Promise<void>,
  signal: AbortSignal,
  url: WireUrl,
): Promise<HttpFailure | undefined> => {
  const aborted: HttpFailure = { kind: "aborted", url: url.href, message: "aborted before it was sent" };
  if (hasFired(signal)) return aborted;
  const end = new AbortController();
  const abortion = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { signal: end.signal });
  });
  try {
    await Promise.race([hook(), abortion]);
  } catch (thrown) {
    if (!hasFired(signal)) throw thrown;
  } finally {
    end.abort();
  }
  return hasFired(signal) ? aborted : undefined;
};

/** Only our own default asks for exactly this; a template that asks for something else wants to see the encoding. */
const asksForGzip = (headers: readonly string[]): boolean =>
  headers.some((name, at) => at % 2 === 0 && name === "Accept-Encoding" && headers[at + 1] === "gzip");
