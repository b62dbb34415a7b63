import type { DslSetup } from "../dsl/setup.ts";
import type { EvaluationBudget } from "../operators/budget.ts";
import type { Evidence } from "../operators/evidence.ts";
import { Part } from "../operators/part.ts";
import { dslSearcherOf } from "../search/dsl-searcher.ts";
import type { Searcher } from "../search/searcher.ts";
import type { TemplateHead } from "../template/template-head.ts";
import { printed } from "../value/printed.ts";
import type { Scope } from "../value/scope.ts";
import { bufferOf, bytesOf, type Value } from "../value/value.ts";
import type { Exchange, ResponseData } from "./exchange.ts";
import type { Tally } from "./tally.ts";

export interface TemplateEvidenceSetup {
  readonly template: TemplateHead;
  readonly exchange: Exchange;
  readonly dsl: DslSetup;
  readonly searcher: Searcher;
  readonly budget: EvaluationBudget;
  /** Values that hide those of the response, such as an out-of-band interaction. */
  readonly over: Readonly<Record<string, Value>> | undefined;
  /** Told what could not be asked. */
  readonly tally?: Tally;
}

/** What one template's operators see of a response: what is extracted on the way stays with this template. */
export class TemplateEvidence implements Evidence {
  readonly searcher: Searcher;
  readonly budget: EvaluationBudget;
  readonly #tally: Tally | undefined;
  readonly #place: string;
  readonly #dsl: DslSetup;
  /** The same, whose searches are of this response. */
  #budgeted: DslSetup | undefined;
  /** The evidence itself, by which placeholders and expressions look up. */
  readonly scope: Scope;
  readonly #template: TemplateHead;
  readonly #data: ResponseData;
  readonly #request: Scope;
  #own: Map<string, Value> | undefined;

  constructor({ template, exchange, dsl, searcher, budget, over, tally }: TemplateEvidenceSetup) {
    this.#tally = tally;
    this.#place = exchange.place.matchedAt;
    this.#dsl = dsl;
    this.searcher = searcher;
    this.budget = budget;
    this.#template = template;
    this.#data = exchange.data;
    this.#request = exchange.scope;
    this.#own = over && new Map(Object.entries(over));
    this.scope = { get: (name) => this.value(name) };
  }

  onUnavailable(reason: string): void {
    this.#tally?.error(this.#place, "protocol", `an expression has no value: ${reason}`);
  }

  get dsl(): DslSetup {
    return (this.#budgeted ??= { ...this.#dsl, searcher: dslSearcherOf(this.searcher, this.budget) });
  }

  value(name: string): Value | undefined {
    return this.#own?.get(name) ?? this.#data.value(name) ?? this.#request.get(name) ?? this.#ofTemplate(name);
  }

  part(name: string): Part | undefined {
    if (this.#own?.has(name) !== true) {
      const part = this.#data.part(name);
      if (part !== undefined) return part;
    }
    const value = this.value(name);
    return value === undefined ? undefined : new Part(bufferOf(printed(value)));
  }

  define(name: string, value: Value): void {
    (this.#own ??= new Map<string, Value>()).set(name, value);
  }

  #ofTemplate(name: string): Value | undefined {
    switch (name) {
      case "template-id":
        return bytesOf(this.#template.id);
      case "template-path":
        return bytesOf(this.#template.file);
      default:
        return undefined;
    }
  }
}
