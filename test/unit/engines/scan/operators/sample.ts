import assert from "node:assert/strict";
import { type Clock, systemClock } from "../../../../../src/base/clock.ts";
import { systemRandom } from "../../../../../src/base/random.ts";
import type { DslSetup } from "../../../../../src/engines/scan/dsl/expression.ts";
import { EvaluationBudget } from "../../../../../src/engines/scan/operators/budget.ts";
import { compileOperators } from "../../../../../src/engines/scan/operators/compile.ts";
import {
  evaluate,
  type Evaluation,
  type Hit,
  type Operators,
} from "../../../../../src/engines/scan/operators/evaluate.ts";
import type { Evidence } from "../../../../../src/engines/scan/operators/evidence.ts";
import { Part } from "../../../../../src/engines/scan/operators/part.ts";
import { createSearcher } from "../../../../../src/engines/scan/search/create-searcher.ts";
import { dslSearcherOf } from "../../../../../src/engines/scan/search/dsl-searcher.ts";
import type { Searcher } from "../../../../../src/engines/scan/search/searcher.ts";
import { parseYaml } from "../../../../../src/engines/scan/template/document.ts";
import type { Problem } from "../../../../../src/engines/scan/template/problem.ts";
import { printed } from "../../../../../src/engines/scan/value/printed.ts";
import type { Value } from "../../../../../src/engines/scan/value/value.ts";

/** A response by nuclei's names; a Buffer is a text of any bytes. */
export type SampleResponse = Readonly<Record<string, Value | Buffer>>;

/** What a protocol would give: values by name, and parts of them. */
export class SampleEvidence implements Evidence {
  readonly searcher: Searcher;
  readonly budget: EvaluationBudget;
  readonly dsl: DslSetup;
  readonly scope = { get: (name: string) => this.value(name) };
  readonly #values = new Map<string, Value>();
  readonly #parts = new Map<string, Part>();

  constructor(response: SampleResponse, searcher: Searcher, clock: Clock = systemClock, budgetMs = 10_000) {
    this.searcher = searcher;
    this.budget = new EvaluationBudget(clock, budgetMs);
    this.dsl = { clock, random: systemRandom, searcher: dslSearcherOf(searcher, this.budget) };
    for (const [name, value] of Object.entries(response)) {
      this.#values.set(name, Buffer.isBuffer(value) ? value.toString("latin1") : value);
    }
  }

  value(name: string): Value | undefined {
    return this.#values.get(name);
  }

  part(name: string): Part | undefined {
    const full = name === "" ? "body" : name;
    const value = this.value(full);
    if (value === undefined) return undefined;
    const part = this.#parts.get(full) ?? new Part(printed(value));
    this.#parts.set(full, part);
    return part;
  }

  define(name: string, value: Value): void {
    this.#values.set(name, value);
    this.#parts.delete(name);
  }
}

export const compiledWithProblems = (
  block: string,
): { readonly operators: Operators; readonly problems: readonly Problem[] } => {
  const problems: Problem[] = [];
  const section = parseYaml(block, { file: "sample.yaml", problems });
  assert.ok(section !== undefined, JSON.stringify(problems));
  return { operators: compileOperators(section, { operatorsPerBlock: 1_000 }), problems };
};

export const compiledOperators = (block: string): Operators => {
  const { operators, problems } = compiledWithProblems(block);
  assert.deepEqual(problems, []);
  return operators;
};

/** What is wrong with a block: kind, key and message of each problem. */
export const problemsOf = (block: string): readonly string[] =>
  compiledWithProblems(block).problems.map(({ kind, key, message }) => `${kind} ${key}: ${message}`);

const inPlace = createSearcher({ clock: systemClock, budgetMs: 10_000 });

export const evidenceOf = (response: SampleResponse, searcher: Searcher = inPlace): SampleEvidence =>
  new SampleEvidence({ body: "", status_code: 200n, ...response }, searcher);

/** What the operators of a block (YAML) say of a response. */
export const judge = async (block: string, response: SampleResponse, searcher?: Searcher): Promise<Evaluation> =>
  evaluate(compiledOperators(block), evidenceOf(response, searcher));

export const matches = async (block: string, response: SampleResponse): Promise<boolean> =>
  (await judge(block, response)).matched;

export const hitsOf = async (block: string, response: SampleResponse): Promise<readonly Hit[]> =>
  (await judge(block, response)).hits;

/** A block of one matcher, whose keys are given on one line. */
export const matcher = (keys: string): string => `matchers:\n  - {${keys}}`;

/** A block of one extractor, whose keys are given on one line. */
export const extractor = (keys: string): string => `extractors:\n  - {${keys}}`;

/** What one extractor finds. */
export const extracted = async (keys: string, response: SampleResponse): Promise<readonly string[]> =>
  (await hitsOf(extractor(keys), response))[0]?.extracted ?? [];
