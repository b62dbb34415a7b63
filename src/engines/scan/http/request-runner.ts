import type { BlockRun } from "../run/block-run.ts";
import type { Judgement } from "../run/exchange.ts";
import { hostKey, type SenderContext, type SentRequest, type SkippedRequest } from "../run/sender.ts";
import { ScanError } from "../errors.ts";
import type { Scope } from "../value/scope.ts";
import type { Value } from "../value/value.ts";
import type { HttpBlockPlan } from "./block-plan.ts";
import { exchangeOf } from "./exchange-of.ts";
import type { ResponseHistory } from "./history.ts";
import type { HttpRequest } from "./http-request.ts";
import { OobUrls } from "./request/oob-urls.ts";
import type { MadeRequest, MakingContext, RequestSource, UnmadeRequest } from "./request/source.ts";
import type { HttpResponse } from "./response.ts";

/** One request of the block to be made. */
export interface RequestCase {
  readonly source: RequestSource;
  /** In the block's list, from 1. */
  readonly number: number;
  readonly payloads: Readonly<Record<string, Value>>;
  /** Extracted values that this request is sent with, one of several requests. */
  readonly iterated: ReadonlyMap<string, Value>;
  readonly iteration: number;
  readonly history: ResponseHistory;
}

/** A request that can be sent. */
export interface ReadyRequest {
  readonly of: RequestCase;
  readonly request: HttpRequest;
  readonly scope: Scope;
  readonly oob: OobUrls | undefined;
}

const noValues: ReadonlyMap<string, Value> = new Map();

/** Makes, sends and judges the requests of one block in one run. */
export class RequestRunner {
  readonly #run: BlockRun;
  readonly #cookies: HttpRequest["cookies"];
  readonly #selfContained: boolean;
  readonly #context: SenderContext;

  constructor(plan: HttpBlockPlan, run: BlockRun) {
    this.#run = run;
    this.#cookies = plan.disableCookies ? undefined : run.cookies;
    this.#selfContained = plan.selfContained;
    this.#context = {
      template: run.template.id,
      signal: run.signal,
      beforeRequest: ({ url, host }) => run.admit({ url, host }),
    };
  }

  get context(): SenderContext {
    return this.#context;
  }

  /** Undefined: it cannot be sent, which is in the run's tally. */
  async make(of: RequestCase): Promise<ReadyRequest | undefined> {
    const { template, services, tally } = this.#run;
    const oob = template.usesOob && services.oob !== undefined ? new OobUrls(services.oob) : undefined;
    const context = this.#makingContext(of, oob);
    let made = await this.#made(of, context);
    if (oob?.isLacking === true) made = await this.#makeAgain(of, context, oob);
    if ("message" in made) {
      oob?.forget();
      tally.failed(made.url, made.kind, made.message);
      return undefined;
    }
    return { of, request: made.request, scope: made.scope, oob };
  }

  async send(ready: ReadyRequest): Promise<Judgement> {
    return this.settle(ready, await this.#run.sender.send(ready.request, this.#context));
  }

  /** Counts and judges what a request led to. The last response first, as nuclei does, then the redirects before it. */
  async settle(ready: ReadyRequest, sent: SentRequest | SkippedRequest): Promise<Judgement> {
    const { tally, signal } = this.#run;
    if ("skipped" in sent) {
      ready.oob?.forget();
      tally.skipped(hostKey(ready.request.url), sent.cause, sent.skipped);
      return nothing;
    }
    const { responses, failure, attempts, retries } = sent;
    if (retries > 0) tally.retried(retries);
    // A run that was aborted did not fail: what had no answer yet counts as not tried.
    if (responses.length === 0 && failure?.kind === "aborted" && signal.aborted) {
      ready.oob?.forget();
      return nothing;
    }
    if (responses.length > 0) {
      tally.sent();
      if (failure !== undefined) tally.error(failure.url, failure.kind, failure.message);
    } else if (failure !== undefined) {
      tally.failed(failure.url, failure.kind, failure.message);
    }
    if (attempts > 1) tally.redirected(attempts - 1);
    const last = responses.at(-1);
    if (last !== undefined && isCutOff(last, ready.request)) {
      tally.error(last.url.href, "protocol", `only the first ${last.body.length} bytes of the body were read`);
    }
    if (responses.length > 0) return this.#judge(ready, responses);
    // It may have been sent all the same, and do its work without an answer.
    if (ready.oob !== undefined && ready.oob.urls.length > 0) return this.#judgeOne(ready, undefined, 0);
    return nothing;
  }

  async #made({ source }: RequestCase, context: MakingContext): Promise<MadeRequest | UnmadeRequest> {
    try {
      return await source.make(context);
    } catch (thrown) {
      // An expression wants a text or a nesting that is more than the language has room for.
      if (!(thrown instanceof RangeError)) throw thrown;
      return { kind: "protocol", url: this.#run.target.text, message: `not sent: ${thrown.message}` };
    }
  }

  async #makeAgain(of: RequestCase, context: MakingContext, oob: OobUrls): Promise<MadeRequest | UnmadeRequest> {
    try {
      await oob.fetch(this.#run.target.host);
      return await this.#made(of, context);
    } catch (thrown) {
      if (!(thrown instanceof ScanError && thrown.code === "oob-unavailable")) throw thrown;
      return { kind: "oob-unavailable", url: this.#run.target.text, message: thrown.message };
    }
  }

  #makingContext({ payloads, iterated }: RequestCase, oob: OobUrls | undefined): MakingContext {
    const run = this.#run;
    const { target, defaults, dsl } = run;
    return {
      target: this.#selfContained ? undefined : target.url,
      defaults,
      dsl,
      cookies: this.#cookies,
      scope: (own) => {
        const withOob = oob === undefined ? own : oob.over(own);
        if (iterated.size === 0) return run.values(withOob, payloads);
        return run.values({ get: (name) => iterated.get(name) ?? withOob.get(name) }, payloads);
      },
    };
  }

  async #judge(ready: ReadyRequest, responses: readonly HttpResponse[]): Promise<Judgement> {
    const { stopAtFirstMatch } = this.#run;
    let all = nothing;
    for (let redirects = responses.length - 1; redirects >= 0; redirects -= 1) {
      const judgement = await this.#judgeOne(ready, responses[redirects], redirects);
      all = all === nothing ? judgement : together(all, judgement);
      if (judgement.hits > 0 && stopAtFirstMatch) break;
    }
    return all;
  }

  #judgeOne(ready: ReadyRequest, response: HttpResponse | undefined, redirects: number): Promise<Judgement> {
    const { of, request, scope, oob } = ready;
    const { source, payloads, iteration, history, number } = of;
    const exchange = exchangeOf({
      target: this.#run.target,
      request,
      scope,
      response,
      redirects,
      source: source.text,
      payloads,
      iteration,
      oobUrls: oob?.urls ?? [],
      oobValues: oob?.values() ?? noValues,
      history,
    });
    history.keep(number, exchange.data);
    return this.#run.judge(exchange);
  }
}

/** Whether the body is longer than what is read of it, and the template did not say how much it wants. */
const isCutOff = ({ truncated, body }: HttpResponse, { maxBytes }: HttpRequest): boolean =>
  truncated && (maxBytes === undefined || body.length < maxBytes);

export const nothing: Judgement = { matched: false, hits: 0, internal: new Map() };

const together = (a: Judgement, b: Judgement): Judgement => ({
  matched: a.matched || b.matched,
  hits: a.hits + b.hits,
  internal: new Map([...a.internal, ...b.internal]),
});
