import { asError } from "../../../base/errors.ts";
import { answerDigest } from "./digest.ts";
import { FailureError, failureOf, type HttpFailure, StaleConnectionError } from "./failure.ts";
import { headerValues } from "./http1/response-head.ts";
import type { HttpOutcome } from "./http-outcome.ts";
import type { RawResponse } from "./http1/response-reader.ts";
import type { HttpRequest, Pipelining } from "./http-request.ts";
import { pipelined } from "./pipeline.ts";
import { race } from "./race.ts";
import { type Hop, nextHop } from "./redirect.ts";
import type { HttpResponse } from "./response.ts";
import { firstHop, type SendContext, Transport, type TransportSetup } from "./transport.ts";

/** No site answers with it: it is the proxy's own. */
const proxyLoginStatus = 407;
const loginStatus = 401;

/** Sends requests within scope and limits. A response or its absence is never an exception. Close it when done. */
export class HttpClient {
  readonly #transport: Transport;

  constructor(setup: TransportSetup) {
    this.#transport = new Transport(setup);
  }

  /** @throws only what `beforeSend` throws */
  async send(request: HttpRequest, context: SendContext): Promise<HttpOutcome> {
    const transport = this.#transport;
    const timeoutMs = transport.timeoutMs(request, context);
    const responses: HttpResponse[] = [];
    let hop = firstHop(request);
    // Time that the caller holds a request back does not count against the site.
    let spentMs = 0;
    let redirects = 0;
    let repeats = 0;
    let isRepeat = false;
    for (let attempts = 0; ;) {
      const ended = (failure: HttpFailure | undefined): HttpOutcome => ({ responses, failure, attempts, repeats });
      const admitted = transport.admit(hop, context);
      const origin = admitted instanceof Promise ? await admitted : admitted;
      if ("kind" in origin) return ended(origin);
      const startedMs = transport.watch.nowMs;
      attempts += 1;
      try {
        const sending = {
          origin,
          hop,
          request,
          deadlineMs: timeoutMs - spentMs,
          isAlone: hop.raw !== undefined || isRepeat,
        };
        isRepeat = false;
        const exchange = transport.exchange(sending, context);
        origin.pool.dispatch(exchange);
        const answer = await exchange.answer;
        const { response } = answer;
        spentMs += transport.watch.nowMs - startedMs;
        if (origin.absoluteForm && response.status === proxyLoginStatus) {
          throw new FailureError("proxy-refused", "the proxy wants a login");
        }
        request.cookies?.keep(hop.url, headerValues(response.headers, "set-cookie"));
        const login = this.#login(request, hop, response);
        if (login !== undefined) {
          hop = login;
          continue;
        }
        const next = nextHop(request, hop, response, redirects);
        const received = transport.received(hop, request, answer, spentMs, next.step !== "follow");
        responses.push(received instanceof Promise ? await received : received);
        if (next.step === "stay") return ended(undefined);
        if (next.step === "fail") return ended({ kind: "protocol", url: hop.url.href, message: next.message });
        hop = next.hop;
        redirects += 1;
      } catch (thrown) {
        // A new connection cannot be one that was used before: it is sent again once. It needs leave like any other.
        if (!(thrown instanceof StaleConnectionError)) return ended(failureOf(asError(thrown), hop.url.href));
        attempts -= 1;
        repeats += 1;
        isRepeat = true;
      }
    }
  }

  /**
   * Sends requests of one origin so that they reach it as near to one moment as can be: all but the last byte of each
   * on a connection of its own, then the last bytes of all. One outcome each, in their order; no redirects.
   *
   * @throws only what `beforeSend` throws
   */
  race(requests: readonly HttpRequest[], context: SendContext): Promise<readonly HttpOutcome[]> {
    return race(this.#transport, requests, context);
  }

  /**
   * Sends requests of one origin without waiting for answers in between. One outcome each, in their order; no redirects.
   *
   * @throws only what `beforeSend` throws
   */
  pipelined(
    requests: readonly HttpRequest[],
    pipelining: Pipelining,
    context: SendContext,
  ): Promise<readonly HttpOutcome[]> {
    return pipelined(this.#transport, requests, pipelining, context);
  }

  /** Ends every connection; requests under way end as `aborted`. */
  close(): Promise<void> {
    this.#transport.destroy();
    return Promise.resolve();
  }

  /** The same hop with what the site wants for a login, once. */
  #login({ digest }: HttpRequest, hop: Hop, { status, headers }: RawResponse): Hop | undefined {
    if (digest === undefined || status !== loginStatus || hop.raw !== undefined) return undefined;
    if (hop.headers.some((name, at) => at % 2 === 0 && name.toLowerCase() === "authorization")) return undefined;
    const challenges = headerValues(headers, "www-authenticate");
    const authorization = answerDigest(
      challenges,
      { method: hop.method, path: hop.url.path },
      digest,
      this.#transport.random,
    );
    return authorization === undefined
      ? undefined
      : { ...hop, headers: [...hop.headers, "Authorization", authorization] };
  }
}
