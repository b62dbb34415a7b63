import { ConditionError } from "../errors.ts";
import type { Comparison, Condition, Operand } from "../model/condition.ts";
import type { VariableReference } from "../model/text.ts";
import type { Value } from "../variables/value.ts";
import { isLike } from "./like.ts";
import { isWithin, networkOf } from "./network.ts";
import { patternOf } from "./pattern.ts";
import { orderOf, type Term, termOfLiteral, termOfValue } from "./term.ts";

type Lookup = (reference: VariableReference) => readonly Value[];
type Compare = Condition & { readonly type: "compare" };

/**
 * Whether a condition is true. `lookup` gives the values that a reference leads to (`Scope.values`): none when the variable is undeclared,
 * has no value or nothing is at the path; several for `[*]`, of which one that fits is enough.
 *
 * A comparison with a variable that has no value is false, with `NOT` and with `!=` too: nothing is known of it (`EXISTS` asks for that).
 * Values of different types are brought together by reading text as the type of the other (`'5'` as 5, when the variable is a number); when
 * that cannot be, they are not equal and have no order. `LIKE` and `MATCHES` see the text of a value, `ISSUBSET` and `ISSUPERSET` its
 * address or network; `NOT` is the opposite of the comparison.
 *
 * @throws ConditionError what is in a variable right of `MATCHES` is no pattern
 */
export const evaluate = (condition: Condition, lookup: Lookup): boolean => {
  switch (condition.type) {
    case "and":
      return evaluate(condition.left, lookup) && evaluate(condition.right, lookup);
    case "or":
      return evaluate(condition.left, lookup) || evaluate(condition.right, lookup);
    case "exists":
      return lookup(condition.reference).length > 0 !== condition.negated;
    case "compare":
      return compare(condition, lookup);
  }
};

const compare = ({ left, negated, comparison, right }: Compare, lookup: Lookup): boolean => {
  const candidates = right.map((operand) => sidesOf(operand, lookup));
  const isUnknown = candidates.some((sides) => sides.length === 0);
  return sidesOf(left, lookup).some((side) => {
    const isTrue = candidates.some((sides) => sides.some((other) => holds(comparison, side, other)));
    return isTrue || isUnknown ? isTrue && !negated : negated;
  });
};

/** One side of a comparison: what it is compared as, and its text. */
interface Side {
  readonly term: Term;
  readonly text: string;
}

const sidesOf = (operand: Operand, lookup: Lookup): readonly Side[] => {
  if (operand.type === "variable") {
    return lookup(operand.reference).map((value) => ({ term: termOfValue(value), text: value.text }));
  }
  return [{ term: termOfLiteral(operand), text: operand.type === "string" ? operand.value : "" }];
};

const holds = (comparison: Comparison, left: Side, right: Side): boolean => {
  switch (comparison) {
    case "=":
    case "IN":
      return orderOf(left.term, right.term) === 0;
    case "!=":
      return orderOf(left.term, right.term) !== 0;
    case "<":
      return (orderOf(left.term, right.term) ?? 0) < 0;
    case ">":
      return (orderOf(left.term, right.term) ?? 0) > 0;
    case "<=":
      return (orderOf(left.term, right.term) ?? 1) <= 0;
    case ">=":
      return (orderOf(left.term, right.term) ?? -1) >= 0;
    case "LIKE":
      return isLike(left.text, right.text);
    case "MATCHES":
      return matches(left.text, right.text);
    case "ISSUBSET":
      return isNetworkWithin(left.text, right.text);
    case "ISSUPERSET":
      return isNetworkWithin(right.text, left.text);
  }
};

const matches = (text: string, source: string): boolean => {
  const pattern = patternOf(source);
  if (typeof pattern === "string") throw new ConditionError("invalid-pattern", `${pattern} (it is in a variable)`);
  return pattern.re2.matcher(text.normalize("NFC")).find();
};

const isNetworkWithin = (inner: string, outer: string): boolean => {
  const network = networkOf(inner);
  const around = networkOf(outer);
  return network !== undefined && around !== undefined && isWithin(network, around);
};
