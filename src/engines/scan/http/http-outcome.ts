import { asError } from "../../../base/errors.ts";
import { failureOf, type HttpFailure } from "./failure.ts";
import type { HttpResponse } from "./response.ts";
import type { Exchange } from "./http1/exchange.ts";
import type { HttpRequest } from "./http-request.ts";
import type { Hop } from "./redirect.ts";
import type { Transport } from "./transport.ts";

/**
 * What a request led to: the responses in the order in which they came, and what ended the chain if it was not its
 * last response. Both may be there: a redirect that was refused leaves the responses before it.
 */
export interface HttpOutcome {
  readonly responses: readonly HttpResponse[];
  readonly failure: HttpFailure | undefined;
  /** Requests that were put on the wire or tried to be, redirects included. */
  readonly attempts: number;
  /** Requests on top that met a connection which was being closed, and were sent again. */
  readonly repeats: number;
}

/** A request that was not sent. */
export const notSent = (failure: HttpFailure): HttpOutcome => ({ responses: [], failure, attempts: 0, repeats: 0 });

/** A request that was tried and has no response. */
export const failedOutcome = (thrown: unknown, { url }: HttpRequest): HttpOutcome => ({
  responses: [],
  failure: failureOf(asError(thrown), url.href),
  attempts: 1,
  repeats: 0,
});

/** What comes of one request by itself, without redirects. */
export const outcomeOf = async (
  transport: Transport,
  exchange: Exchange,
  hop: Hop,
  request: HttpRequest,
): Promise<HttpOutcome> => {
  const startedMs = transport.watch.nowMs;
  try {
    const answer = await exchange.answer;
    const response = await transport.received(hop, request, answer, transport.watch.nowMs - startedMs, true);
    return { responses: [response], failure: undefined, attempts: 1, repeats: 0 };
  } catch (thrown) {
    return failedOutcome(thrown, request);
  }
};
