import type { DslSetup } from "../dsl/setup.ts";
import { Cookies } from "../http/cookies.ts";
import type { RequestDefaults } from "../http/plan.ts";
import type { Sockets } from "../net/sockets.ts";
import type { ScanTarget } from "../target/target.ts";
import type { Block } from "../template/block.ts";
import type { Template } from "../template/template.ts";
import { type Scope, Variables } from "../value/scope.ts";
import { bytesOf, type Value } from "../value/value.ts";
import type { BlockRun, RunServices } from "./block-run.ts";
import { EarlierResponses } from "./earlier-responses.ts";
import type { Exchange, Judgement, Piece } from "./exchange.ts";
import type { Finding } from "./finding.ts";
import { Judge, type RunRoom } from "./judge.ts";
import type { RequestCounts, RequestError, SkippedHost } from "./outcome.ts";
import type { BeforeRequest, Sender } from "./sender.ts";
import { Tally } from "./tally.ts";

export interface TemplateRunSetup {
  readonly services: RunServices;
  readonly sender: Sender;
  readonly sockets: Sockets;
  readonly defaults: RequestDefaults;
  readonly dsl: DslSetup;
  readonly evidenceChars: number;
  readonly judgingMs: number;
  readonly target: ScanTarget;
  readonly signal: AbortSignal;
  readonly beforeRequest: BeforeRequest | undefined;
  readonly oneAtATime: boolean;
  readonly room: RunRoom;
}

export interface TemplateResult {
  readonly findings: readonly Finding[];
  readonly droppedFindings: number;
  readonly requests: RequestCounts;
  readonly errors: readonly RequestError[];
  readonly skippedHosts: readonly SkippedHost[];
}

/** What one block of a template came to. */
export interface BlockEnd {
  readonly hits: number;
  /** As flows count: it matched, or has no matchers and extracted something, or has no operators and got a response. */
  readonly succeeded: boolean;
}

/** One template at one target: what its blocks share. */
export class TemplateRun {
  readonly template: Template;
  readonly tally: Tally;
  readonly judge: Judge;
  readonly #setup: TemplateRunSetup;
  /** What was extracted so far, over the responses of earlier blocks. */
  readonly #extracted: Variables;
  readonly #responses: EarlierResponses;
  readonly #given: Variables;
  readonly #cookies = new Cookies();
  #fixed: Variables | undefined;

  /** @param shared values that come from outside, such as those of the workflow that runs it */
  constructor(template: Template, setup: TemplateRunSetup, shared?: Scope) {
    this.template = template;
    this.#setup = setup;
    this.tally = new Tally(template.id);
    const { services, dsl, evidenceChars, judgingMs, room } = setup;
    const { clock, oob, searcher } = services;
    this.judge = new Judge({
      clock,
      dsl,
      searcher,
      oob,
      template,
      tally: this.tally,
      evidenceChars,
      judgingMs,
      room,
    });
    this.#responses = new EarlierResponses(shared);
    this.#extracted = new Variables(this.#responses);
    this.#given = new Variables();
    for (const [name, value] of Object.entries(setup.defaults.variables ?? {})) this.#given.set(name, bytesOf(value));
  }

  /** A value that is known between two blocks. */
  async valueOf(name: string): Promise<Value | undefined> {
    return (await this.#values(new Variables(), {})).get(name);
  }

  /** Names of what was given, extracted and set, and of the template's own values. */
  async valueNames(): Promise<readonly string[]> {
    const own = await this.#values(new Variables(), {});
    return [...new Set([...this.#given.own().keys(), ...this.#extracted.own().keys(), ...own.own().keys()])];
  }

  /** Sets a value for the blocks that follow, over everything but payloads and constants. */
  set(name: string, value: Value): void {
    this.#given.set(name, value);
  }

  /** Takes what a script prints. */
  log(text: string): void {
    this.#setup.dsl.log?.(text);
  }

  /**
   * Its blocks, one after the other.
   *
   * @param followers runs of templates that send the same: they judge what this one sends, and send nothing
   */
  async runBlocks(followers: readonly TemplateRun[] = []): Promise<void> {
    this.tally.plan(this.template.requestCount);
    for (const block of this.template.blocks) {
      if (this.#setup.signal.aborted) return;
      const { hits } = await this.runBlock(block, followers);
      if (hits > 0 && this.template.stopAtFirstMatch) return;
    }
  }

  async runBlock(block: Block, followers: readonly TemplateRun[] = []): Promise<BlockEnd> {
    let hits = 0;
    let succeeded = false;
    const { matchers, extractors } = block.operators;
    const end = (judgement: Judgement): void => {
      hits += judgement.hits;
      const found = extractors.length === 0 || judgement.hits > 0 || judgement.internal.size > 0;
      succeeded ||= judgement.matched || (matchers.length === 0 && found);
    };
    const judge = async (exchange: Exchange, pieces?: Iterable<Piece>): Promise<Judgement> => {
      const judgement = await this.#judged(block, exchange, pieces);
      end(judgement);
      for (const follower of followers) {
        const [same] = follower.template.blocks;
        if (same !== undefined) await follower.#judged(same, exchange);
      }
      return judgement;
    };
    await block.run(this.#blockRun(block, judge));
    return { hits, succeeded };
  }

  result(): TemplateResult {
    return {
      findings: this.judge.findings,
      droppedFindings: this.judge.droppedFindings,
      requests: this.tally.counts(),
      errors: this.tally.errors(),
      skippedHosts: this.tally.skippedHosts(),
    };
  }

  /** Judges a response that this template's block led to, or that of another template which sends the same. */
  async #judged(block: Block, exchange: Exchange, pieces?: Iterable<Piece>): Promise<Judgement> {
    const judgement = await (pieces === undefined
      ? this.judge.judge(block.operators, exchange)
      : this.judge.judgePieces(block.operators, exchange, pieces));
    if (this.template.blocks.length > 1) this.#responses.remember(block, exchange.data);
    for (const [name, values] of judgement.internal) this.#keep(name, values);
    return judgement;
  }

  /**
   * Later requests get the first of several values under the name, the second as name1 and so on, as in nuclei; a flow
   * gets the list, to iterate over it.
   */
  #keep(name: string, values: readonly string[]): void {
    const [first, ...others] = values;
    if (first === undefined) return;
    this.#extracted.set(name, others.length > 0 && this.template.flow !== undefined ? values : first);
    for (const [at, value] of others.entries()) this.#extracted.set(`${name}${at + 1}`, value);
  }

  #blockRun(block: Block, judge: BlockRun["judgePieces"] & BlockRun["judge"]): BlockRun {
    const { services, sender, sockets, defaults, dsl, target, signal, beforeRequest } = this.#setup;
    const { template, tally } = this;
    return {
      template,
      target,
      signal,
      services,
      sender,
      sockets,
      defaults,
      cookies: this.#cookies,
      oneAtATime: this.#setup.oneAtATime,
      stopAtFirstMatch: block.stopAtFirstMatch || template.stopAtFirstMatch,
      dsl,
      tally,
      values: (own, payloads) => this.#values(own, payloads),
      admit: ({ url, host }) => beforeRequest?.({ url, host, template: template.id }),
      judge,
      judgePieces: judge,
    };
  }

  #values(own: Scope, payloads: Readonly<Record<string, Value>>): Variables | Promise<Variables> {
    const { variables, constants } = this.template;
    const known = over(this.#given, over(own, this.#extracted));
    if (variables.isEmpty) return new Variables(known, { ...constants, ...payloads });
    return this.#withVariables(known, payloads);
  }

  async #withVariables(known: Scope, payloads: Readonly<Record<string, Value>>): Promise<Variables> {
    const { variables, constants } = this.template;
    const { dsl } = this.#setup;
    this.#fixed ??= await variables.fixed(this.#given, dsl);
    const values = new Variables(known, payloads);
    await variables.forRequest(values, known, this.#fixed, dsl);
    values.setAll(constants);
    values.setAll(payloads);
    return values;
  }
}

/** The values of the first scope, and those of the second that it does not hide. */
const over = (first: Scope, second: Scope): Scope => ({
  get: (name) => {
    const value = first.get(name);
    return value === undefined ? second.get(name) : value;
  },
});
