import type { Clock } from "../../../base/clock.ts";
import { asError } from "../../../base/errors.ts";
import type { DslSetup } from "../dsl/setup.ts";
import { interactionValues, type Interaction } from "../oob/interaction.ts";
import type { OobSession } from "../oob/session.ts";
import { EvaluationBudget, OverBudgetError } from "../operators/budget.ts";
import { evaluate, type Evaluation, type Hit, type Operators } from "../operators/evaluate.ts";
import { mergeEvaluations, type PieceEvaluation } from "../operators/merge-evaluations.ts";
import type { Searcher } from "../search/searcher.ts";
import type { TemplateHead } from "../template/template-head.ts";
import { Turns } from "../turns.ts";
import { textOf, type Value } from "../value/value.ts";
import type { Exchange, Judgement, Piece } from "./exchange.ts";
import { createFinding, type Finding } from "./finding.ts";
import type { Tally } from "./tally.ts";
import { TemplateEvidence } from "./template-evidence.ts";

/** What a run still takes, over all its templates. */
export interface RunRoom {
  findings: number;
  /** Bytes of responses that are kept because they wait for out-of-band interactions. */
  waitingBytes: number;
}

export interface JudgeSetup {
  readonly clock: Clock;
  readonly dsl: DslSetup;
  readonly searcher: Searcher;
  readonly oob: OobSession | undefined;
  readonly template: TemplateHead;
  readonly tally: Tally;
  readonly evidenceChars: number;
  /** Milliseconds that the operators may take over one response. */
  readonly judgingMs: number;
  readonly room: RunRoom;
}

const noRoom = "interactions were not waited for: too many large responses wait for theirs already";
const never = new AbortController().signal;
const nothing: Judgement = { matched: false, hits: 0, internal: new Map() };

/** Judges the responses of one template, and keeps what was found. */
export class Judge {
  readonly #setup: JudgeSetup;
  readonly #findings: Finding[] = [];
  readonly #oobUrls: string[] = [];
  /** Judging of interactions that is under way. */
  readonly #late = new Set<Promise<void>>();
  #dropped = 0;

  constructor(setup: JudgeSetup) {
    this.#setup = setup;
  }

  get findings(): readonly Finding[] {
    return this.#findings;
  }

  get droppedFindings(): number {
    return this.#dropped;
  }

  /** Whether interactions may still come for what was sent. */
  get isWaiting(): boolean {
    return this.#setup.oob !== undefined && this.#oobUrls.length > 0;
  }

  /** Extractions by name, of the latest responses that gave some. */
  readonly extracted = new Map<string, readonly string[]>();

  async judge(operators: Operators, exchange: Exchange): Promise<Judgement> {
    const known = new Set<string>();
    const judged = this.#evaluate(operators, exchange);
    const evaluation = judged instanceof Promise ? await judged : judged;
    if (exchange.oobUrls.length > 0) this.#watch(operators, exchange, known);
    return evaluation === undefined ? nothing : this.#conclude(evaluation, exchange, known);
  }

  #conclude(evaluation: Evaluation, exchange: Exchange, known: Set<string>): Judgement {
    this.#record(evaluation, exchange, known);
    for (const [name, values] of evaluation.extracted) this.extracted.set(name, values);
    return { matched: evaluation.matched, hits: evaluation.hits.length, internal: evaluation.internal };
  }

  /** Judges each piece by itself, and records what they give together. */
  async judgePieces(operators: Operators, exchange: Exchange, pieces: Iterable<Piece>): Promise<Judgement> {
    const found: PieceEvaluation[] = [];
    const turns = new Turns(this.#setup.clock);
    for (const { data, line } of pieces) {
      await turns.next();
      const evaluation = await this.#evaluate(operators, { ...exchange, data });
      if (evaluation === undefined) return nothing;
      if (evaluation.matched || evaluation.hits.length > 0 || evaluation.internal.size > 0) {
        found.push({ evaluation, line });
      }
    }
    return this.#conclude(mergeEvaluations(found), exchange, new Set());
  }

  /** Resolves when no interaction is waited for any more. */
  async settled(signal: AbortSignal): Promise<void> {
    const { oob } = this.#setup;
    if (oob === undefined || this.#oobUrls.length === 0) return;
    await oob.settled(signal, this.#oobUrls);
    for (const url of this.#oobUrls) oob.forget(url);
    await Promise.all(this.#late);
  }

  #watch(operators: Operators, exchange: Exchange, known: Set<string>): void {
    const { oob, tally, room, dsl } = this.#setup;
    const { responseBytes = 0 } = exchange;
    for (const url of exchange.oobUrls) {
      if (room.waitingBytes < responseBytes) {
        tally.unjudged(exchange.place.matchedAt, "oob-unavailable", noRoom);
        oob?.forget(url);
        continue;
      }
      this.#oobUrls.push(url);
      room.waitingBytes -= responseBytes;
      const giveBack = (): void => void (room.waitingBytes += responseBytes);
      oob?.watch(url, {
        onInteraction: (interaction) => {
          const work = this.#interacted(operators, exchange, interaction, known)
            .catch((thrown: unknown) =>
              tally.unjudged(exchange.place.matchedAt, "oob-unavailable", asError(thrown).message),
            )
            .finally(() => this.#late.delete(work));
          this.#late.add(work);
        },
        onUnknown: (reason) => tally.unjudged(exchange.place.matchedAt, "oob-unavailable", reason),
      });
      if (responseBytes > 0) void oob?.settled(dsl.signal ?? never, [url]).then(giveBack);
    }
  }

  async #interacted(
    operators: Operators,
    exchange: Exchange,
    interaction: Interaction,
    known: Set<string>,
  ): Promise<void> {
    const evaluation = await this.#evaluate(operators, exchange, interactionValues(interaction));
    if (evaluation !== undefined) this.#record(evaluation, exchange, known, interaction);
  }

  /** Undefined, with an error, when it took too long. */
  #evaluate(
    operators: Operators,
    exchange: Exchange,
    over?: Readonly<Record<string, Value>>,
  ): Evaluation | undefined | Promise<Evaluation | undefined> {
    const { clock, judgingMs, template, dsl, searcher } = this.#setup;
    const failed = (thrown: unknown): undefined => {
      // Searches end when the engine is closed.
      if (dsl.signal?.aborted === true) return undefined;
      // A text or a nesting that is more than the language has room for is the site's or the template's doing.
      if (!(thrown instanceof OverBudgetError || thrown instanceof RangeError)) throw thrown;
      this.#setup.tally.unjudged(exchange.place.matchedAt, "judging-timeout", thrown.message);
      return undefined;
    };
    try {
      const budget = new EvaluationBudget(clock, judgingMs);
      const evidence = new TemplateEvidence({
        template,
        exchange,
        dsl,
        searcher,
        budget,
        over,
        tally: this.#setup.tally,
      });
      const judged = evaluate(operators, evidence);
      return judged instanceof Promise ? judged.catch(failed) : judged;
    } catch (thrown) {
      return failed(thrown);
    }
  }

  /** @param known names of the hits that this exchange has given already */
  #record({ hits }: Evaluation, exchange: Exchange, known: Set<string>, interaction?: Interaction): void {
    const { template, room, evidenceChars, clock } = this.#setup;
    for (const hit of hits) {
      const name = nameOf(hit);
      if (known.has(name)) continue;
      known.add(name);
      if (room.findings === 0) {
        this.#dropped += 1;
        continue;
      }
      room.findings -= 1;
      const wallMs = clock.wallMs();
      const seen = interaction === undefined ? undefined : shownInteraction(interaction, evidenceChars);
      this.#findings.push(createFinding({ template, exchange, hit, interaction: seen, evidenceChars, wallMs }));
    }
  }
}

const nameOf = ({ matcherName = "", extractorName = "" }: Hit): string => JSON.stringify([matcherName, extractorName]);

/** An interaction with nuclei's keys. */
const shownInteraction = (interaction: Interaction, maxChars: number): Readonly<Record<string, string>> => ({
  protocol: interaction.protocol,
  "unique-id": textOf(interaction.uniqueId),
  "full-id": textOf(interaction.fullId),
  "raw-request": textOf(interaction.request).slice(0, maxChars),
  "raw-response": textOf(interaction.response).slice(0, maxChars),
  "remote-address": interaction.remoteAddress,
  timestamp: new Date(interaction.at).toISOString(),
});
