import type { DslSearcher } from "../dsl/setup.ts";
import { DslError } from "../dsl/error.ts";
import type { EvaluationBudget } from "../operators/budget.ts";
import { Part } from "../operators/part.ts";
import { compilePattern, type Pattern } from "./pattern.ts";
import type { Searcher } from "./searcher.ts";

/** The searcher as expressions use it: with sources and texts, under the budget of the response that is judged. */
export const dslSearcherOf = (searcher: Searcher, budget?: EvaluationBudget): DslSearcher => {
  let last: Part | undefined;
  // Expressions of one block mostly look at one text, such as the body.
  const partOf = (subject: string): Part => {
    if (last?.bytes !== subject) last = new Part(subject);
    return last;
  };
  return {
    test: (source, subject) => searcher.test(patternOf(source), partOf(subject), budget),
    replaceAll: (source, subject, replacement) =>
      searcher.replaceAll(patternOf(source), partOf(subject), replacement, budget),
  };
};

const patternOf = (source: string): Pattern => {
  const pattern = compilePattern(source);
  if (typeof pattern === "string") throw new DslError("wrong-argument", pattern);
  return pattern;
};
