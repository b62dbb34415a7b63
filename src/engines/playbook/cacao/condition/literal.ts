import { CacaoSyntaxError } from "../errors.ts";
import type { Literal } from "../model/condition.ts";
import { timestampMs } from "../timestamp.ts";

const quoted = /([htb]?)'((?:[^'\\]|\\[^])*)'/y;
const opened = /[htb]?'/y;
const number = /[+-]?(\d*\.\d+|\d+)(?![\w.])/y;
const boolean = /(?:true|false)(?![\w-])/y;

/** Of whole numbers: as many as `long` has. */
const bits = 64;

/** A literal that was found, and where what follows it begins. */
export interface FoundLiteral {
  readonly literal: Literal;
  readonly end: number;
}

/**
 * Reads the literal that begins at a place of a condition.
 *
 * @returns undefined when none begins there
 * @throws CacaoSyntaxError one begins there that is not as the grammar has it
 */
export const readLiteral = (source: string, at: number): FoundLiteral | undefined =>
  readQuoted(source, at) ?? readNumber(source, at) ?? readBoolean(source, at);

const readQuoted = (source: string, at: number): FoundLiteral | undefined => {
  const found = matchAt(quoted, source, at);
  if (found === undefined) {
    if (matchAt(opened, source, at) === undefined) return undefined;
    throw new CacaoSyntaxError("a literal begins that has no closing '", at);
  }
  const [whole, prefix, inside = ""] = found;
  return { literal: literalOf(prefix ?? "", inside, at), end: at + whole.length };
};

const literalOf = (prefix: string, inside: string, at: number): Literal => {
  if (prefix === "") return { type: "string", value: unescaped(inside, at + 1) };
  if (prefix === "t") {
    const value = timestampMs(inside);
    if (value !== undefined) return { type: "timestamp", value };
    throw new CacaoSyntaxError("a timestamp is such as t'2026-01-31T12:00:00Z'", at);
  }
  if (prefix === "h") {
    if (/^(?:[\da-fA-F]{2})*$/.test(inside)) return { type: "binary", value: Buffer.from(inside, "hex") };
    throw new CacaoSyntaxError("h'…' takes pairs of hexadecimal digits", at);
  }
  if (/^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.test(inside)) {
    return { type: "binary", value: Buffer.from(inside, "base64") };
  }
  throw new CacaoSyntaxError("b'…' takes base64 with its padding", at);
};

const unescaped = (inside: string, at: number): string => {
  const wrong = /\\[^'\\]/.exec(inside.replaceAll(/\\['\\]/g, "''"));
  if (wrong === null) return inside.replaceAll(/\\(['\\])/g, "$1");
  throw new CacaoSyntaxError(
    String.raw`a backslash stands before ' and \ only: write two of them for one`,
    at + wrong.index,
  );
};

const readNumber = (source: string, at: number): FoundLiteral | undefined => {
  const found = matchAt(number, source, at);
  if (found?.[1] === undefined) return undefined;
  const [whole, digits] = found;
  const end = at + whole.length;
  if (digits.includes(".")) return { literal: { type: "float", value: Number(whole) }, end };
  if (digits.length > 1 && digits.startsWith("0")) {
    throw new CacaoSyntaxError("a whole number does not begin with 0: write it without, or in quotes", at);
  }
  const value = BigInt(whole);
  if (BigInt.asIntN(bits, value) !== value) throw new CacaoSyntaxError(`a whole number has at most ${bits} bits`, at);
  return { literal: { type: "integer", value }, end };
};

const readBoolean = (source: string, at: number): FoundLiteral | undefined => {
  const found = matchAt(boolean, source, at)?.[0];
  return found === undefined
    ? undefined
    : { literal: { type: "boolean", value: found === "true" }, end: at + found.length };
};

const matchAt = (form: RegExp, source: string, at: number): RegExpExecArray | undefined => {
  form.lastIndex = at;
  return form.exec(source) ?? undefined;
};
