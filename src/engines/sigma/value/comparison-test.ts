import type { Leaf } from "../event/leaf.ts";
import { numberOf } from "./number-of.ts";
import { timePart, type TimeUnit } from "./time-part.ts";
import type { ValueTest } from "./value-test.ts";

export type ComparisonOperator = "eq" | "lt" | "lte" | "gt" | "gte";

const holds = (operator: ComparisonOperator, left: number, right: number): boolean => {
  switch (operator) {
    case "eq":
      return left === right;
    case "lt":
      return left < right;
    case "lte":
      return left <= right;
    case "gt":
      return left > right;
    case "gte":
      return left >= right;
  }
};

/** Compares the number that a value is, or a part of the time that it is. What is no number, or no time, never passes. */
export class ComparisonTest implements ValueTest {
  readonly required = [];
  readonly #operator: ComparisonOperator;
  readonly #than: number;
  readonly #unit: TimeUnit | undefined;

  constructor(operator: ComparisonOperator, than: number, unit?: TimeUnit) {
    this.#operator = operator;
    this.#than = than;
    this.#unit = unit;
  }

  passes(leaf: Leaf): boolean {
    const number = this.#unit === undefined ? numberOf(leaf) : timePart(leaf, this.#unit);
    return number !== undefined && holds(this.#operator, number, this.#than);
  }
}
