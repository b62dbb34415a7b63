import { foldedCharacter } from "./character.ts";
import { readEscape } from "./escape.ts";
import { gap, type PatternNode } from "./node.ts";
import { type Reader, UnknownSyntax } from "./reader.ts";

/** A class of more characters says too little to be looked for. */
const maxChars = 4;
const named = /\[:\^?\w+:\]/y;

/** `[…]`: its few characters, or a gap when it is negated, names other classes, or has many. */
export const readClass = (reader: Reader, ignoreCase: boolean): PatternNode => {
  reader.next();
  let vague = reader.take("^");
  const texts = new Set<string>();
  for (let first = true; first || reader.peek() !== "]"; first = false) {
    if (reader.atEnd) throw new UnknownSyntax();
    const item = reader.match(named) === undefined ? readItem(reader) : undefined;
    if (item === undefined) {
      vague = true;
      continue;
    }
    for (let code = item.from; !vague && code <= item.to; code += 1) {
      const text = foldedCharacter(code, ignoreCase);
      if (text !== undefined) texts.add(text);
      vague = text === undefined || texts.size > maxChars;
    }
  }
  reader.next();
  return vague || texts.size === 0 ? gap : { kind: "chars", texts: [...texts] };
};

/** One character or a range; undefined for a class in the class. */
const readItem = (reader: Reader): { readonly from: number; readonly to: number } | undefined => {
  const from = readCode(reader);
  if (from === undefined) return undefined;
  if (!reader.take("-")) return { from, to: from };
  if (reader.peek() === "]") {
    // The sign stands for itself; the reader has gone past it, so it makes a range of everything up to it vague.
    return undefined;
  }
  const to = readCode(reader);
  return to === undefined ? undefined : { from, to };
};

const readCode = (reader: Reader): number | undefined => {
  if (reader.peek() !== "\\") return reader.next();
  const escape = readEscape(reader);
  if (escape === "assertion") throw new UnknownSyntax();
  return escape === "class" ? undefined : escape;
};
