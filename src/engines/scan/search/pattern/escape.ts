import { type Reader, UnknownSyntax } from "./reader.ts";

const controls: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };
const wordEdge = /\\[bB]/y;
const textEdge = /\\[Az]/y;
const inLine = /\\[dSw]/y;
const anywhere = /\\(?:[DWC]|[pP](?:\{\^?\w+\}|\w))/y;
const space = /\\s/y;
const control = /\\([aftnrv])/y;
const octal = /\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/y;
const hexadecimal = /\\x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/y;
const punctuation = /\\([\0-/:-@[-`{-\x7f])/y;

/** Whether a line end is in a class. */
export type HasNewline = "yes" | "no" | "maybe";

/** What begins with a backslash: a code point, one character of a class, or a place in the text. */
export type Escape = number | { readonly newline: HasNewline } | "wordEdge" | "textEdge";

export const readEscape = (reader: Reader): Escape => {
  if (reader.match(wordEdge)) return "wordEdge";
  if (reader.match(textEdge)) return "textEdge";
  if (reader.match(inLine)) return { newline: "no" };
  if (reader.match(space)) return { newline: "yes" };
  if (reader.match(anywhere)) return { newline: "maybe" };
  const named = reader.match(control)?.[1];
  if (named !== undefined) return controls[named] ?? 0;
  const digits = reader.match(octal)?.[1];
  if (digits !== undefined) return Number.parseInt(digits, 8);
  const hex = reader.match(hexadecimal);
  if (hex !== undefined) return Number.parseInt(hex[1] ?? hex[2] ?? "", 16);
  const sign = reader.match(punctuation)?.[1]?.codePointAt(0);
  if (sign === undefined) throw new UnknownSyntax();
  return sign;
};
