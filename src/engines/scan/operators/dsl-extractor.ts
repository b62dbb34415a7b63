import { DslError, type Expression } from "../dsl/expression.ts";
import { ValueList } from "../search/values.ts";
import type { Section } from "../template/section.ts";
import { formatted } from "../value/printed.ts";
import type { Value } from "../value/value.ts";
import { compileExpressions } from "./dsl-expressions.ts";
import type { Evidence } from "./evidence.ts";
import { inTurn, type Soon, whenThere } from "./in-turn.ts";
import type { Extract } from "./operator.ts";

/**
 * `dsl`: the values of expressions, as Go prints them. One that lacks a variable gives nothing; any other failure ends
 * the list, as in nuclei.
 */
export const compileDslExtractor = (section: Section): Extract => {
  const expressions = compileExpressions(section);
  return (evidence) => {
    const values = new ValueList();
    const done = inTurn(expressions, (expression) =>
      whenThere(valueOf(expression, evidence), (value) => {
        if (value === "failed") return false;
        if (value !== undefined && value.text !== "") values.add(value.text);
        return !values.full;
      }),
    );
    return whenThere(done, () => values.list());
  };
};

type Outcome = { readonly text: string } | undefined | "failed";

const valueOf = (expression: Expression, evidence: Evidence): Soon<Outcome> => {
  evidence.budget.check();
  const failed = (thrown: unknown): Outcome => failure(thrown, evidence);
  try {
    const value = expression.run(evidence.scope, evidence.dsl);
    return value instanceof Promise ? value.then(shown, failed) : shown(value);
  } catch (thrown) {
    return failed(thrown);
  }
};

const shown = (value: Value): Outcome => (value === null ? undefined : { text: formatted(value) });

const failure = (thrown: unknown, evidence: Evidence): Outcome => {
  if (!(thrown instanceof DslError)) throw thrown;
  if (thrown.code === "unavailable") evidence.onUnavailable?.(thrown.message);
  return thrown.code === "missing-variable" ? undefined : "failed";
};
