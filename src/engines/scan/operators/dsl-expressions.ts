import { compileExpression, type DslSetup, type Expression } from "../dsl/expression.ts";
import { dslSearcherOf } from "../search/dsl-searcher.ts";
import type { Section } from "../template/section.ts";
import { bytesOf } from "../value/value.ts";
import type { Evidence } from "./evidence.ts";

/** Compiles the expressions of `dsl`. What is refused or invalid is reported at its line. */
export const compileExpressions = (section: Section): readonly Expression[] => {
  const sources = section.strings("dsl");
  if (sources.length === 0) section.complain("invalid", "dsl", "needs at least one expression");
  return sources.flatMap(({ value, line }, at) => {
    const expression = compileExpression(bytesOf(value));
    if (!("kind" in expression)) return [expression];
    section.complain(expression.kind, `dsl[${at}]`, expression.message, line);
    return [];
  });
};

/** What expressions of one operator may use: patterns are searched under the budget of the response. */
export const dslOf = ({ dsl, searcher, budget }: Evidence): DslSetup => ({
  ...dsl,
  searcher: dslSearcherOf(searcher, budget),
});
