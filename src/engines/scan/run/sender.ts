import type { Clock } from "../../../base/clock.ts";
import type { HttpClient, HttpOutcome } from "../http/client.ts";
import { isConnectionFailure } from "../http/failure.ts";
import type { HttpRequest } from "../http/http-request.ts";
import type { WireUrl } from "../http/target.ts";
import type { HostHealth } from "./host-health.ts";
import type { SkippedHost } from "./outcome.ts";
import type { RequestProfile } from "./request-options.ts";

/** What comes before a request on the wire, such as waiting for a slot of a rate limit. */
export type BeforeRequest = (request: {
  readonly url: string;
  /** With the port. */
  readonly host: string;
  readonly template: string;
}) => Promise<void>;

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

/** What the last try led to, and how many tries came before it. */
export interface SentRequest extends HttpOutcome {
  readonly retries: number;
}

/** Nothing was sent; the reason in words for a person. */
export interface SkippedRequest {
  readonly skipped: string;
  readonly cause: SkippedHost["cause"];
}

const firstPauseMs = 100;
const longestPauseMs = 2_000;

/** Host and port, by which hosts are told apart. */
export const hostKey = ({ hostname, port }: WireUrl): string => `${hostname}:${port}`;

/** Sends the requests of one run: again where there was no answer, not at all where there will be none. */
export class Sender {
  readonly #setup: SenderSetup;

  constructor(setup: SenderSetup) {
    this.#setup = setup;
  }

  /** @throws only what `beforeRequest` throws; it is awaited before each try */
  async send(
    request: HttpRequest,
    { template, signal, beforeRequest }: SenderContext,
  ): Promise<SentRequest | SkippedRequest> {
    const { client, health, profile } = this.#setup;
    const { route, timeoutMs } = profile;
    const { hostname, port } = request.url;
    const excluded = route.exclusions.ofHost(hostname, port);
    if (excluded !== undefined) return { skipped: excluded, cause: "excluded" };
    // What one submitter's proxy or time limit makes of a host says nothing to the runs of another.
    const healthKey = `${profile.key} ${hostKey(request.url)}`;
    const silent = health.reasonToSkip(healthKey);
    if (silent !== undefined) return { skipped: silent, cause: "silent" };
    const beforeSend =
      beforeRequest && ((url: WireUrl) => beforeRequest({ url: url.href, host: hostKey(url), template }));
    for (let retries = 0; ; retries += 1) {
      const outcome = await client.send(request, { signal, beforeSend, route, timeoutMs });
      const { responses, failure } = outcome;
      if (responses.length > 0) health.answered(healthKey);
      if (responses.length > 0 || failure === undefined) return { ...outcome, retries };
      if (failure.kind === "excluded") return { skipped: failure.message, cause: "excluded" };
      if (!isConnectionFailure(failure.kind)) return { ...outcome, retries };
      health.failed(healthKey, failure.message);
      const givenUp = retries === profile.retries || health.reasonToSkip(healthKey) !== undefined;
      if (givenUp || !(await this.#pause(retries, signal))) return { ...outcome, retries };
    }
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
