import type { Operand } from "../model/condition.ts";
import type { VariableType } from "../model/variable.ts";
import type { Value } from "../variables/value.ts";
import { timestampMs } from "../timestamp.ts";

/** A value as it is compared. */
export type Term =
  | { readonly type: "text"; readonly value: string }
  | { readonly type: "number"; readonly value: number | bigint }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "timestamp"; readonly value: number }
  | { readonly type: "binary"; readonly value: Uint8Array };

/** Longer numbers are text. */
const mostDigits = 400;

/** A literal as it is compared. */
export const termOfLiteral = (literal: Exclude<Operand, { type: "variable" }>): Term => {
  switch (literal.type) {
    case "string":
      return { type: "text", value: literal.value };
    case "integer":
    case "float":
      return { type: "number", value: literal.value };
    case "boolean":
    case "timestamp":
    case "binary":
      return literal;
  }
};

/** What values of a variable's type are compared as; text, where it is not here. */
const termTypes: Readonly<Partial<Record<VariableType, Term["type"]>>> = {
  bool: "boolean",
  integer: "number",
  long: "number",
  float: "number",
  hexstring: "binary",
};

/** The value of a variable as its type says. An empty one is text. */
export const termOfValue = ({ type, text }: Value): Term =>
  readAs(termTypes[type] ?? "text", text) ?? { type: "text", value: text };

/**
 * Brings two terms of different types together by reading the text among them as the type of the other, and tells their order: negative,
 * 0, positive. Texts are ordered by code points. Undefined: their types do not go together.
 */
export const orderOf = (left: Term, right: Term): number | undefined => {
  if (left.type === "text" && right.type !== "text") return orderOfText(left.value, right, 1);
  if (right.type === "text" && left.type !== "text") return orderOfText(right.value, left, -1);
  return orderOfSame(left, right);
};

const orderOfText = (text: string, other: Term, sign: 1 | -1): number | undefined => {
  const read = readAs(other.type, text);
  const order = read === undefined ? undefined : orderOfSame(read, other);
  return order === undefined ? undefined : order * sign;
};

const orderOfSame = (left: Term, right: Term): number | undefined => {
  // The order of UTF-8 is that of code points.
  if (left.type === "text" && right.type === "text")
    return Buffer.compare(Buffer.from(left.value), Buffer.from(right.value));
  if (left.type === "binary" && right.type === "binary") return Buffer.compare(left.value, right.value);
  if (left.type === "number" && right.type === "number") return orderOfNumbers(left.value, right.value);
  if (left.type === "timestamp" && right.type === "timestamp") return orderOfNumbers(left.value, right.value);
  if (left.type === "boolean" && right.type === "boolean") return Number(left.value) - Number(right.value);
  return undefined;
};

const orderOfNumbers = (left: number | bigint, right: number | bigint): number =>
  left < right ? -1 : left > right ? 1 : 0;

const readAs = (type: Term["type"], text: string): Term | undefined => {
  switch (type) {
    case "text":
      return { type, value: text };
    case "number":
      return readNumber(text);
    case "boolean":
      return text === "true" || text === "false" ? { type, value: text === "true" } : undefined;
    case "timestamp": {
      const value = timestampMs(text);
      return value === undefined ? undefined : { type, value };
    }
    case "binary":
      return /^(?:[\da-f]{2})+$/i.test(text) ? { type, value: Buffer.from(text, "hex") } : undefined;
  }
};

const readNumber = (text: string): Term | undefined => {
  if (text.length > mostDigits) return undefined;
  if (/^[+-]?\d+$/.test(text)) return { type: "number", value: BigInt(text) };
  const isNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text);
  return isNumber ? { type: "number", value: Number(text) } : undefined;
};
