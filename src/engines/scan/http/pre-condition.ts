import { EvaluationBudget } from "../operators/budget.ts";
import { evaluate, type Operators } from "../operators/evaluate.ts";
import { Part } from "../operators/part.ts";
import type { BlockRun } from "../run/block-run.ts";
import type { Exchange, ResponseData } from "../run/exchange.ts";
import { TemplateEvidence } from "../run/template-evidence.ts";
import { urlValues } from "../target/target-values.ts";
import { printed } from "../value/printed.ts";
import { Variables } from "../value/scope.ts";
import { bytesOf, type Value } from "../value/value.ts";
import type { WireUrl } from "./target.ts";

/** Decides from the target alone whether a block is sent. */
export interface PreCondition {
  /** @throws OverBudgetError */
  holds(target: WireUrl, run: BlockRun): Promise<boolean>;
}

/** Milliseconds for looking at a URL. */
const budgetMs = 1_000;

/** @param operators matchers only, joined by `pre-condition-operator` */
export const createPreCondition = (operators: Operators): PreCondition => ({
  holds: async (target, { template, dsl, services }) => {
    const { clock, searcher } = services;
    const budget = new EvaluationBudget(clock, budgetMs);
    const exchange = exchangeOf(target);
    const evidence = new TemplateEvidence({ template, exchange, dsl, searcher, budget, over: undefined });
    return (await evaluate(operators, evidence)).matched;
  },
});

const exchangeOf = (target: WireUrl): Exchange => ({
  data: dataOf(target),
  scope: new Variables(),
  place: { type: "http", host: target.host, matchedAt: target.href },
  request: () => "",
  response: () => "",
  payloads: {},
  identity: [],
  oobUrls: [],
});

/** The target's values as placeholders know them, and under names in lower case, and what would be asked for. */
const dataOf = (target: WireUrl): ResponseData => {
  const values = new Map<string, Value>();
  for (const [name, value] of urlValues(target, true)) {
    values.set(name, value);
    values.set(name.toLowerCase(), value);
  }
  const [path = "", ...query] = target.href.slice(target.origin.length).split("?");
  values.set("path", bytesOf(path));
  values.set("query", bytesOf(query.join("?")));
  values.set("method", "GET");
  return {
    value: (name) => values.get(name),
    part: (name) => {
      const value = values.get(name);
      return value === undefined ? undefined : new Part(printed(value));
    },
  };
};
