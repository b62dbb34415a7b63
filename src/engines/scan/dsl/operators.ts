import { formatted, isList } from "../value/printed.ts";
import type { Value } from "../value/value.ts";
import type { BinaryOperator } from "./ast.ts";
import { DslError } from "./error.ts";
import { checkSize } from "./helpers/helper.ts";

const kindOf = (value: Value): string => {
  if (value === null) return "nothing";
  if (typeof value === "bigint") return "an integer";
  if (typeof value === "object") return isList(value) ? "a list" : "a map";
  return `a ${typeof value}`;
};

const unfit = (operator: string, value: Value, expected: string): DslError =>
  new DslError("wrong-type", `"${operator}" needs ${expected}, not ${kindOf(value)}`);

const number = (operator: string, value: Value): number => {
  if (typeof value === "number") return value;
  throw unfit(operator, value, "a number");
};

/** @throws DslError `wrong-type` for what is no boolean */
export const boolean = (operator: string, value: Value): boolean => {
  if (typeof value === "boolean") return value;
  throw unfit(operator, value, "a boolean");
};

/** Whether two values are the same, also in kind: an integer never equals a float. */
const isEqual = (left: Value, right: Value): boolean => {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (isList(left) || isList(right)) {
    if (!isList(left) || !isList(right) || left.length !== right.length) return false;
    return left.every((item, at) => isEqual(item, right[at] ?? null));
  }
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && isEqual(left[key] ?? null, right[key] ?? null));
};

const compared = (operator: string, left: Value, right: Value): number => {
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === "number" && typeof right === "number") return left - right;
  throw unfit(operator, typeof left === "number" ? right : left, "two numbers or two texts");
};

const added = (left: Value, right: Value): Value => {
  if (typeof left === "number" && typeof right === "number") return left + right;
  if (typeof left !== "string" && typeof right !== "string") throw unfit("+", left, "two numbers or a text");
  const [first, second] = [formatted(left), formatted(right)];
  checkSize(first.length + second.length);
  return first + second;
};

/** A float as Go's conversion to int64 cuts it: what does not fit is the smallest integer. */
const int64 = (value: number): bigint => {
  const fits = value >= -(2 ** 63) && value < 2 ** 63;
  return fits ? BigInt(Math.trunc(value)) : -(2n ** 63n);
};

const uint64 = (value: number): bigint => {
  if (value >= 2 ** 63 && value < 2 ** 64) return BigInt(Math.trunc(value));
  return BigInt.asUintN(64, int64(value));
};

const signed = (value: bigint): number => Number(BigInt.asIntN(64, value));

const shifted = (value: number, by: number, isLeft: boolean): number => {
  const count = uint64(by);
  if (count >= 64n) return 0;
  return Number(isLeft ? BigInt.asUintN(64, uint64(value) << count) : uint64(value) >> count);
};

/** Powers as Go has them where JavaScript says NaN. */
const power = (base: number, exponent: number): number => {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1;
  return base ** exponent;
};

type Operation = (left: Value, right: Value) => Value;

const arithmetic =
  (operator: string, operation: (left: number, right: number) => number): Operation =>
  (left, right) =>
    operation(number(operator, left), number(operator, right));

const isMember = (left: Value, right: Value): boolean => {
  if (!isList(right)) throw unfit("in", right, "a list");
  return right.some((item) => left === asFloat(item));
};

/** Integers of variables and of lists count as floats, as in nuclei. */
export const asFloat = (value: Value): Value => (typeof value === "bigint" ? Number(value) : value);

/** Operators of two values. They throw DslError `wrong-type` for operands that they do not take. */
export const binaryOperations: Readonly<Record<BinaryOperator, Operation>> = {
  "==": isEqual,
  "!=": (left, right) => !isEqual(left, right),
  ">": (left, right) => compared(">", left, right) > 0,
  ">=": (left, right) => compared(">=", left, right) >= 0,
  "<": (left, right) => compared("<", left, right) < 0,
  "<=": (left, right) => compared("<=", left, right) <= 0,
  in: isMember,
  "+": added,
  "-": arithmetic("-", (left, right) => left - right),
  "*": arithmetic("*", (left, right) => left * right),
  "/": arithmetic("/", (left, right) => left / right),
  "%": arithmetic("%", (left, right) => left % right),
  "**": arithmetic("**", power),
  "&": arithmetic("&", (left, right) => signed(int64(left) & int64(right))),
  "|": arithmetic("|", (left, right) => signed(int64(left) | int64(right))),
  "^": arithmetic("^", (left, right) => signed(int64(left) ^ int64(right))),
  "<<": arithmetic("<<", (left, right) => shifted(left, right, true)),
  ">>": arithmetic(">>", (left, right) => shifted(left, right, false)),
};

/** Operators before one value. */
export const unaryOperations: Readonly<Record<"-" | "!" | "~", (operand: Value) => Value>> = {
  "-": (operand) => -number("-", operand),
  "!": (operand) => !boolean("!", operand),
  "~": (operand) => signed(~int64(number("~", operand))),
};
