import { compileExpression, type Expression } from "../dsl/expression.ts";
import type { Section } from "../template/section.ts";

/** Compiles the expressions of `dsl`. What is refused or invalid is reported at its line. */
export const compileExpressions = (section: Section): readonly Expression[] => {
  const sources = section.strings("dsl");
  if (sources.length === 0) section.complain("invalid", "dsl", "needs at least one expression");
  return sources.flatMap(({ value, line }, at) => {
    const expression = compileExpression(value);
    if (!("kind" in expression)) return [expression];
    section.complain(expression.kind, `dsl[${at}]`, expression.message, line);
    return [];
  });
};
