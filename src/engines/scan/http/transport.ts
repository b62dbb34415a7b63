import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import { inUtf8 } from "./charset.ts";
import { decodeBody } from "./decode.ts";
import { failureOf, type HttpFailure } from "./failure.ts";
import { type Answer, Exchange } from "./http1/exchange.ts";
import { requestBytes } from "./http1/request-text.ts";
import { headerValue } from "./http1/response-head.ts";
import type { RawResponse } from "./http1/response-reader.ts";
import type { HttpRequest } from "./http-request.ts";
import { leave } from "./leave.ts";
import type { HttpLimits } from "./limits.ts";
import { type Origin, OriginPools, type OriginPoolsSetup, type RefusedOrigin } from "./pools.ts";
import type { Hop } from "./redirect.ts";
import type { HttpResponse } from "./response.ts";
import type { Route } from "./route.ts";
import type { WireUrl } from "./target.ts";
import { Watch } from "./watch.ts";

/**
 * Called before each request, redirects included; nothing is sent until what it returns has resolved. Undefined: it may
 * be sent at once.
 */
export type BeforeSend = (url: WireUrl) => Promise<void> | undefined;

export interface SendContext {
  readonly signal: AbortSignal;
  readonly beforeSend: BeforeSend | undefined;
  readonly route: Route;
  /** For the request with its redirects, in place of the client's limits on time; undefined: these. */
  readonly timeoutMs: number | undefined;
}

export interface TransportSetup extends OriginPoolsSetup {
  readonly random: Random;
}

/** A request on its way. */
export interface Sending {
  readonly origin: Origin;
  readonly hop: Hop;
  /** The one that the hop is of. */
  readonly request: HttpRequest;
  /** From now until the response is complete. */
  readonly deadlineMs: number;
  /** Nothing else is sent over its connection. */
  readonly isAlone: boolean;
}

/** What single requests are made of, for those who send one after the other and those who send several at once. */
export class Transport {
  readonly clock: Clock;
  readonly watch: Watch;
  readonly random: Random;
  readonly #limits: HttpLimits;
  readonly #pools: OriginPools;

  constructor(setup: TransportSetup) {
    this.clock = setup.clock;
    this.watch = new Watch(setup.clock);
    this.random = setup.random;
    this.#limits = setup.limits;
    this.#pools = new OriginPools(setup);
  }

  /** Whether a hop may be sent, after waiting for leave where the caller or a proxy wants that. */
  admit(hop: Hop, context: SendContext): Origin | HttpFailure | Promise<Origin | HttpFailure> {
    if (context.signal.aborted) return { ...abortedBefore, url: hop.url.href };
    const origin = this.#originOf(hop, context.route);
    if ("refusal" in origin) return failureOf(origin.refusal, hop.url.href);
    const asked = context.beforeSend?.(hop.url);
    return asked === undefined && origin.refuse === undefined
      ? origin
      : this.#waitForLeave(asked, origin, hop, context);
  }

  /**
   * A request with what bounds it, ready to be sent. Its time begins to run.
   *
   * @throws FailureError for one that cannot be written
   */
  exchange({ origin, hop, request, deadlineMs, isAlone }: Sending, { signal, timeoutMs }: SendContext): Exchange {
    const { maxHeaderBytes, maxBodyBytes, headersMs } = this.#limits;
    const isRaw = hop.raw !== undefined;
    const bytes = hop.raw ?? requestBytes(withCookies(hop, request), origin.absoluteForm);
    return new Exchange(
      {
        bytes,
        reading: {
          method: hop.method,
          maxHeaderBytes,
          maxBytes: this.#maxBytes(request),
          maxEncodedBytes: maxBodyBytes,
          isTolerant: isRaw,
          readsAll: isRaw && request.readAll === true,
        },
        headersMs: request.timeoutMs ?? timeoutMs ?? headersMs,
        deadlineMs,
        signal,
        isAlone,
      },
      this.watch,
    );
  }

  /** For a request with its redirects. */
  timeoutMs(request: HttpRequest, context: SendContext): number {
    return request.timeoutMs ?? context.timeoutMs ?? this.#limits.totalMs;
  }

  /**
   * A response as it is judged. Cookies are kept.
   *
   * @param body whether the body is wanted, as it is not of a redirect that is followed
   * @throws FailureError `decompression-bomb`
   */
  received(
    hop: Hop,
    request: HttpRequest,
    { response, ip }: Answer,
    durationMs: number,
    body: boolean,
  ): HttpResponse | Promise<HttpResponse> {
    const encoding = headerValue(response.headers, "content-encoding");
    if (!body || encoding === "") {
      return responseOf(hop, response, { ip, durationMs }, body ? response : undefined, false);
    }
    return decodeBody(response.body, encoding, this.#maxBytes(request)).then((decoded) => {
      const truncated = response.truncated || decoded.truncated;
      const byClient = decoded.decoded && encoding.toLowerCase() === "gzip" && asksForGzip(hop.headers);
      return responseOf(hop, response, { ip, durationMs }, { body: decoded.body, truncated }, byClient);
    });
  }

  destroy(): void {
    this.#pools.destroy();
  }

  async #waitForLeave(
    asked: Promise<void> | undefined,
    { refuse }: Origin,
    hop: Hop,
    { signal, route }: SendContext,
  ): Promise<Origin | HttpFailure> {
    const { href } = hop.url;
    const aborted = { ...abortedBefore, url: href };
    if (asked !== undefined && !(await leave(asked, signal, this.watch))) return aborted;
    const refusal = refuse?.();
    if (refusal !== undefined) {
      const known = await leave(refusal, signal, this.watch);
      if (known === false) return aborted;
      if (known.value !== undefined) return failureOf(known.value, href);
    }
    if (signal.aborted) return aborted;
    // While it waited, its connections may have been closed for those of another origin.
    const origin = this.#originOf(hop, route);
    return "refusal" in origin ? failureOf(origin.refusal, href) : origin;
  }

  #originOf({ url, connectTo, sni, raw }: Hop, route: Route): Origin | RefusedOrigin {
    return this.#pools.of({ url: connectTo ?? url, sni, isRaw: raw !== undefined }, route);
  }

  #maxBytes(request: HttpRequest): number {
    return Math.min(request.maxBytes ?? this.#limits.maxBodyBytes, this.#limits.maxBodyBytes);
  }
}

const noBytes = Buffer.alloc(0);
const abortedBefore: HttpFailure = { kind: "aborted", url: "", message: "aborted before it was sent" };

/** Written out: copies of parts of objects would cost more than all else that is done here. */
const responseOf = (
  { url }: Hop,
  { version, status, reason, headers }: RawResponse,
  { ip, durationMs }: Pick<HttpResponse, "ip" | "durationMs">,
  content: Pick<HttpResponse, "body" | "truncated"> | undefined,
  decodedByClient: boolean,
): HttpResponse => ({
  url,
  version,
  status,
  reason,
  headers,
  body: content === undefined ? noBytes : inUtf8(content.body, headers),
  truncated: content?.truncated ?? false,
  decodedByClient,
  ip,
  durationMs,
});

/** The first hop of a request. */
export const firstHop = (request: HttpRequest): Hop => {
  const { method, url, headers, body, raw, connectTo, sni } = request;
  return { method, url, headers, body, raw, connectTo, sni };
};

/** The request's own cookies first, then those of its jar, as Go's client has it. */
const withCookies = (hop: Hop, { cookies }: HttpRequest): Hop => {
  const kept = cookies?.headerFor(hop.url) ?? "";
  if (kept === "") return hop;
  const headers = [...hop.headers];
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === "cookie");
  if (at === -1) headers.push("Cookie", kept);
  else headers[at + 1] = `${headers[at + 1] ?? ""}; ${kept}`;
  return { ...hop, headers };
};

/** Only our own default asks for exactly this; a template that asks for something else wants to see the encoding. */
const asksForGzip = (headers: readonly string[]): boolean =>
  headers.some((name, at) => at % 2 === 0 && name === "Accept-Encoding" && headers[at + 1] === "gzip");
