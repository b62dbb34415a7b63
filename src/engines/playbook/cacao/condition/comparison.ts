import { unreachable } from "../../../../base/unreachable.ts";
import type { Comparison, Literal } from "../model/condition.ts";
import { patternOf } from "./pattern.ts";
import { networkOf } from "./network.ts";

const comparisons: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ["=", "="],
  ["==", "="],
  ["!=", "!="],
  ["<>", "!="],
  ["<", "<"],
  ["<=", "<="],
  [">", ">"],
  [">=", ">="],
  ["IN", "IN"],
  ["LIKE", "LIKE"],
  ["MATCHES", "MATCHES"],
  ["ISSUBSET", "ISSUBSET"],
  ["ISSUPERSET", "ISSUPERSET"],
]);

/** What an operator of the grammar means; undefined: it is none. */
export const comparisonOf = (operator: string): Comparison | undefined => comparisons.get(operator);

/** Why a literal cannot stand right of an operator, in words for a person. */
export const literalProblem = (comparison: Comparison, literal: Literal): string | undefined => {
  switch (comparison) {
    case "=":
    case "!=":
    case "IN":
      return undefined;
    case "<":
    case "<=":
    case ">":
    case ">=":
      return literal.type === "boolean"
        ? `${comparison} does not compare with true and false: they have no order`
        : undefined;
    case "LIKE":
      return literal.type === "string" ? undefined : "LIKE takes a string";
    case "MATCHES": {
      if (literal.type !== "string") return "MATCHES takes a string";
      const pattern = patternOf(literal.value);
      return typeof pattern === "string" ? pattern : undefined;
    }
    case "ISSUBSET":
    case "ISSUPERSET":
      return literal.type === "string" && networkOf(literal.value) !== undefined
        ? undefined
        : `${comparison} takes an address or a network such as '10.0.0.0/8' or 'fd00::/8'`;
    default:
      return unreachable(comparison);
  }
};
