import type { Clock } from "../../../base/clock.ts";
import type { DslSetup } from "../dsl/setup.ts";
import type { FlowRunner } from "../flow/index.ts";
import type { HttpClient } from "../http/client.ts";
import type { Cookies } from "../http/cookies.ts";
import type { RequestDefaults } from "../http/plan.ts";
import type { Dialer } from "../net/dialer.ts";
import type { Resolver } from "../net/resolver.ts";
import type { Sockets } from "../net/sockets.ts";
import type { OobSession } from "../oob/session.ts";
import type { Searcher } from "../search/searcher.ts";
import type { ScopeGuard } from "../scope/guard.ts";
import type { ScanTarget } from "../target/target.ts";
import type { TemplateHead } from "../template/template-head.ts";
import type { Scope } from "../value/scope.ts";
import type { Value } from "../value/value.ts";
import type { Exchange, Judgement, Piece } from "./exchange.ts";
import type { Sender } from "./sender.ts";
import type { Tally } from "./tally.ts";

/** What an engine has for all its runs. */
export interface RunServices {
  readonly clock: Clock;
  readonly client: HttpClient;
  /** Opens connections for protocols other than HTTP, within scope. */
  readonly dialer: Dialer;
  readonly resolve: Resolver;
  /** DNS servers that a person named, such as 127.0.0.1:5353; empty: the machine's. */
  readonly dnsServers: readonly string[];
  readonly scope: ScopeGuard;
  readonly searcher: Searcher;
  /** Undefined: flows of templates are not run. */
  readonly flows: FlowRunner | undefined;
  /** Undefined: templates that wait for out-of-band interactions are not run. */
  readonly oob: OobSession | undefined;
  /** What only runs where the configuration permits it. */
  readonly enabled: { readonly selfContained: boolean; readonly file: boolean };
}

/** One block of a template at one target: what a protocol gets to do its work. */
export interface BlockRun {
  readonly template: TemplateHead;
  readonly target: ScanTarget;
  readonly signal: AbortSignal;
  readonly services: RunServices;
  /** HTTP requests of this run, with its retries, exclusions and host health. */
  readonly sender: Sender;
  /** Connections of this run for the other protocols, with its exclusions, limits and host health. */
  readonly sockets: Sockets;
  readonly defaults: RequestDefaults;
  /** Of this template at this target. */
  readonly cookies: Cookies;
  /** No request may be sent before the one before has ended. */
  readonly oneAtATime: boolean;
  /** Whether the template, or the block's own key, wants to stop once something matched. */
  readonly stopAtFirstMatch: boolean;
  readonly dsl: DslSetup;
  /**
   * The values that a request is made from: extracted ones, then the target's, then those a person gave, then the
   * template's variables and constants, then the payloads, the later over the earlier. To be asked for each request:
   * what was extracted meanwhile is new.
   *
   * @param own the target's, as the protocol names them for this request, such as BaseURL; with `interactsh-url` where
   * `template.usesOob`
   */
  values(own: Scope, payloads: Readonly<Record<string, Value>>): Scope | Promise<Scope>;
  readonly tally: Tally;
  /** Awaited before anything goes on the wire. @throws what the caller's hook throws */
  admit(place: { readonly url: string; readonly host: string }): Promise<void> | undefined;
  /** Judges what came back, records what was found, and keeps what was extracted for later requests. */
  judge(exchange: Exchange): Promise<Judgement>;
  /**
   * The same where a response is judged piece by piece, as the lines of a file are: each by itself, and what they give
   * together is recorded as of one response.
   */
  judgePieces(exchange: Exchange, pieces: Iterable<Piece>): Promise<Judgement>;
}
