import { DslError, type Expression } from "../dsl/expression.ts";
import type { Section } from "../template/section.ts";
import type { Value } from "../value/value.ts";
import { type Condition, readCondition } from "./condition.ts";
import { compileExpressions } from "./dsl-expressions.ts";
import type { Evidence } from "./evidence.ts";
import { inTurn, type Soon, whenThere } from "./in-turn.ts";
import type { MatchTest } from "./operator.ts";

/** What one expression says; `failed` has no value, `none` is no boolean. */
type Said = boolean | "failed" | "none";

/**
 * `dsl`: any or all expressions are true. One that has no value ends an `and`, and under `or` the next is asked; one
 * whose value is no boolean is passed over. An `and` holds only when its last expression is true, as in nuclei.
 */
export const compileDslMatcher = (section: Section): MatchTest => {
  const condition = readCondition(section, "condition");
  const expressions = compileExpressions(section);
  return (evidence) => {
    let last: Said = false;
    const done = inTurn(expressions, (expression) =>
      whenThere(say(expression, evidence), (said) => {
        last = said;
        return goesOn(condition, said);
      }),
    );
    return whenThere(done, () => last === true);
  };
};

const goesOn = (condition: Condition, said: Said): boolean =>
  condition === "and" ? said === true || said === "none" : said !== true;

const say = (expression: Expression, evidence: Evidence): Soon<Said> => {
  evidence.budget.check();
  const failed = (thrown: unknown): "failed" => failure(thrown, evidence);
  try {
    const value = expression.run(evidence.scope, evidence.dsl);
    return value instanceof Promise ? value.then(judged, failed) : judged(value);
  } catch (thrown) {
    return failed(thrown);
  }
};

const judged = (value: Value): Said => (typeof value === "boolean" ? value : "none");

const failure = (thrown: unknown, evidence: Evidence): "failed" => {
  if (!(thrown instanceof DslError)) throw thrown;
  if (thrown.code === "unavailable") evidence.onUnavailable?.(thrown.message);
  return "failed";
};
