import { printable } from "../../../../base/printable.ts";
import { CacaoSyntaxError } from "../errors.ts";
import type { Literal } from "../model/condition.ts";
import type { VariableReference } from "../model/text.ts";
import { readName, readReference } from "../variables/read-reference.ts";
import { readLiteral } from "./literal.ts";

/** What a condition is made of. `at`: where it begins, in UTF-16 code units from 0. */
export type Token = { readonly at: number; readonly text: string } & (
  | { readonly type: "symbol" | "word" | "end" }
  | { readonly type: "literal"; readonly literal: Literal }
  | { readonly type: "reference"; readonly reference: VariableReference }
);

/** White space and comments, which the grammar has too. */
const skipped = /(?:\s+|\/\*[^]*?\*\/|\/\/[^\n\r]*)+/y;
const symbol = /==|!=|<>|<=|>=|[=<>()[\],]/y;
const word = /[A-Za-z_][\w-]*/y;

/**
 * The tokens of a condition, the end at last.
 *
 * @throws CacaoSyntaxError what is no token of STIX patterning, or no reference to a variable
 */
export const tokensOf = (source: string): readonly Token[] => {
  const tokens: Token[] = [];
  for (let at = afterSkipped(source, 0); at < source.length;) {
    const token = readToken(source, at);
    tokens.push(token);
    at = afterSkipped(source, at + token.text.length);
  }
  return [...tokens, { type: "end", at: source.length, text: "" }];
};

const readToken = (source: string, at: number): Token => {
  const found = readReference(source, at, true);
  if (found !== undefined) return { type: "reference", at, text: found.reference.text, reference: found.reference };
  const name = readName(source, at);
  if (name !== undefined) throw new CacaoSyntaxError(`write ${name}:value for what is in the variable`, at);
  const literal = readLiteral(source, at);
  if (literal !== undefined) {
    return { type: "literal", at, text: source.slice(at, literal.end), literal: literal.literal };
  }
  const sign = matchAt(symbol, source, at);
  if (sign !== undefined) return { type: "symbol", at, text: sign };
  const letters = matchAt(word, source, at);
  if (letters !== undefined && source.startsWith(":", at + letters.length)) {
    throw new CacaoSyntaxError(`a variable such as __name__:value has to stand here, not ${letters} of STIX`, at);
  }
  if (letters !== undefined) return { type: "word", at, text: letters };
  throw new CacaoSyntaxError(`"${printable(source.slice(at, at + 20))}" is nothing of STIX patterning`, at);
};

const afterSkipped = (source: string, at: number): number => at + (matchAt(skipped, source, at)?.length ?? 0);

const matchAt = (form: RegExp, source: string, at: number): string | undefined => {
  form.lastIndex = at;
  return form.exec(source)?.[0];
};
