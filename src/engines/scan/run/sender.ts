import type { Clock } from "../../../base/clock.ts";
import type { HttpClient } from "../http/client.ts";
import { isConnectionFailure } from "../http/failure.ts";
import type { HttpOutcome } from "../http/http-outcome.ts";
import type { HttpRequest, Pipelining } from "../http/http-request.ts";
import type { WireUrl } from "../http/target.ts";
import type { SendContext } from "../http/transport.ts";
import type { HostHealth } from "./host-health.ts";
import type { SkippedHost } from "./outcome.ts";
import type { RequestProfile } from "./request-options.ts";

/** What comes before a request on the wire, such as waiting for a slot of a rate limit; undefined: nothing is waited for. */
export type BeforeRequest = (request: {
  readonly url: string;
  /** With the port. */
  readonly host: string;
  readonly template: string;
}) => Promise<void> | undefined;

export interface SenderSetup {
  readonly clock: Clock;
  readonly client: HttpClient;
  readonly health: HostHealth;
  readonly profile: RequestProfile;
}

export interface SenderContext {
  readonly template: string;
  readonly signal: AbortSignal;
  readonly beforeRequest: BeforeRequest | undefined;
}

/** What the last try led to, and how many came before it or were repeated. */
export interface SentRequest extends HttpOutcome {
  readonly retries: number;
}

/** Nothing was sent; the reason in words for a person. */
export interface SkippedRequest {
  readonly skipped: string;
  readonly cause: SkippedHost["cause"];
}

/** What is known of where a request goes before it is sent. */
interface Place {
  readonly origin: string;
  readonly healthKey: string;
  readonly excluded: string | undefined;
}

const firstPauseMs = 100;
const longestPauseMs = 2_000;

/** Host and port, by which hosts are told apart. */
export const hostKey = ({ hostname, port }: WireUrl): string => `${hostname}:${port}`;

/** Sends the requests of one run: again where there was no answer, not at all where there will be none. */
export class Sender {
  readonly #setup: SenderSetup;
  #latest: Place | undefined;

  constructor(setup: SenderSetup) {
    this.#setup = setup;
  }

  /** @throws only what `beforeRequest` throws; it is awaited before each try */
  async send(request: HttpRequest, context: SenderContext): Promise<SentRequest | SkippedRequest> {
    const { client, health, profile } = this.#setup;
    const place = this.#placeOf(request);
    const skipped = this.#skips(place);
    if (skipped !== undefined) return skipped;
    const sendContext = this.#sendContext(context);
    let repeats = 0;
    for (let retries = 0; ; retries += 1) {
      const outcome = await client.send(request, sendContext);
      repeats += outcome.repeats;
      const ended = this.#judged(place, outcome, retries + repeats);
      if ("skipped" in ended || ended.responses.length > 0) return ended;
      if (ended.failure === undefined || !isConnectionFailure(ended.failure.kind)) return ended;
      const givenUp = retries === profile.retries || health.reasonToSkip(place.healthKey) !== undefined;
      if (givenUp || !(await this.#pause(retries, context.signal))) return ended;
    }
  }

  /**
   * Sends requests of one origin so that they reach it at the same moment; see `HttpClient.race`. None is sent again.
   *
   * @throws only what `beforeRequest` throws
   */
  race(requests: readonly HttpRequest[], context: SenderContext): Promise<readonly (SentRequest | SkippedRequest)[]> {
    return this.#together(requests, (sendable) => this.#setup.client.race(sendable, this.#sendContext(context)));
  }

  /**
   * Sends requests without waiting for answers in between; see `HttpClient.pipelined`. None is sent again.
   *
   * @throws only what `beforeRequest` throws
   */
  pipelined(
    requests: readonly HttpRequest[],
    pipelining: Pipelining,
    context: SenderContext,
  ): Promise<readonly (SentRequest | SkippedRequest)[]> {
    return this.#together(requests, (sendable) =>
      this.#setup.client.pipelined(sendable, pipelining, this.#sendContext(context)),
    );
  }

  async #together(
    requests: readonly HttpRequest[],
    send: (requests: readonly HttpRequest[]) => Promise<readonly HttpOutcome[]>,
  ): Promise<readonly (SentRequest | SkippedRequest)[]> {
    const places = requests.map((request) => this.#placeOf(request));
    const skipped = places.map((place) => this.#skips(place));
    const outcomes = await send(requests.filter((_request, at) => skipped[at] === undefined));
    const left = outcomes.values();
    return places.map((place, at): SentRequest | SkippedRequest => {
      const sent = skipped[at] ?? left.next().value;
      return sent === undefined || "skipped" in sent ? (sent ?? nothingSent) : this.#judged(place, sent, 0);
    });
  }

  #sendContext({ template, signal, beforeRequest }: SenderContext): SendContext {
    const { route, timeoutMs } = this.#setup.profile;
    const beforeSend =
      beforeRequest && ((url: WireUrl) => beforeRequest({ url: url.href, host: hostKey(url), template }));
    return { signal, beforeSend, route, timeoutMs };
  }

  #placeOf({ url, connectTo }: HttpRequest): Place {
    const to = connectTo ?? url;
    const latest = this.#latest;
    if (latest?.origin === to.origin) return latest;
    const { profile } = this.#setup;
    // What one submitter's proxy or time limit makes of a host says nothing to the runs of another.
    const healthKey = `${profile.key} ${hostKey(to)}`;
    const excluded = profile.route.exclusions.ofHost(to.hostname, to.port);
    return (this.#latest = { origin: to.origin, healthKey, excluded });
  }

  #skips({ healthKey, excluded }: Place): SkippedRequest | undefined {
    if (excluded !== undefined) return { skipped: excluded, cause: "excluded" };
    const silent = this.#setup.health.reasonToSkip(healthKey);
    return silent === undefined ? undefined : { skipped: silent, cause: "silent" };
  }

  /**
   * Remembers what it says of the host.
   *
   * @param retries requests on top, for whatever reason
   */
  #judged({ healthKey }: Place, outcome: HttpOutcome, retries: number): SentRequest | SkippedRequest {
    const { health } = this.#setup;
    const { responses, failure, attempts, repeats } = outcome;
    if (responses.length > 0) health.answered(healthKey);
    else if (failure?.kind === "excluded") return { skipped: failure.message, cause: "excluded" };
    else if (failure !== undefined && isConnectionFailure(failure.kind)) health.failed(healthKey, failure.message);
    return { responses, failure, attempts, repeats, retries };
  }

  /** Longer with each retry; false when the signal fires meanwhile. */
  async #pause(retries: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    await new Promise<void>((resolve) => {
      const timer = this.#setup.clock.after(Math.min(firstPauseMs * 2 ** retries, longestPauseMs), done);
      const onAbort = (): void => {
        timer.cancel();
        done();
      };
      signal.addEventListener("abort", onAbort);
      function done(): void {
        signal.removeEventListener("abort", onAbort);
        resolve();
      }
    });
    return !signal.aborted;
  }
}

const nothingSent: SkippedRequest = { skipped: "it was not sent", cause: "silent" };
