import { foldedCharacter } from "./character.ts";
import { type HasNewline, readEscape } from "./escape.ts";
import { gap, type PatternNode } from "./node.ts";
import { type Reader, UnknownSyntax } from "./reader.ts";

/** A class of more characters says too little to be looked for. */
const maxChars = 4;
const lineEnd = 10;
const named = /\[:(\^?\w+):\]/y;
const namedInLine = ["alnum", "alpha", "blank", "digit", "graph", "lower", "print", "punct", "upper", "word", "xdigit"];

/** Characters from one to another, or a class in the class. */
type Item = { readonly from: number; readonly to: number } | { readonly newline: HasNewline };

/** `[…]`: its few characters, or a gap when it is negated, names other classes, or has many. */
export const readClass = (reader: Reader, ignoreCase: boolean): PatternNode => {
  reader.next();
  const negated = reader.take("^");
  const texts = new Set<string>();
  let few = !negated;
  let newline: HasNewline = "no";
  for (let first = true; first || reader.peek() !== "]"; first = false) {
    const item = readItem(reader);
    newline = either(newline, newlineIn(item));
    if ("newline" in item) few = false;
    else few &&= addAll(texts, item, ignoreCase);
  }
  reader.next();
  if (few && texts.size > 0) return { kind: "chars", texts: [...texts] };
  return gap(negated ? newline !== "yes" : newline !== "no");
};

const newlineIn = (item: Item): HasNewline => {
  if ("newline" in item) return item.newline;
  return item.from <= lineEnd && lineEnd <= item.to ? "yes" : "no";
};

const either = (one: HasNewline, other: HasNewline): HasNewline => {
  if (one === "yes" || other === "yes") return "yes";
  return one === "maybe" || other === "maybe" ? "maybe" : "no";
};

/** Whether there are still few. */
const addAll = (texts: Set<string>, { from, to }: { from: number; to: number }, ignoreCase: boolean): boolean => {
  for (let code = from; code <= to; code += 1) {
    const text = foldedCharacter(code, ignoreCase);
    if (text === undefined) return false;
    texts.add(text);
    if (texts.size > maxChars) return false;
  }
  return true;
};

const readItem = (reader: Reader): Item => {
  const name = reader.match(named)?.[1];
  if (name !== undefined) return { newline: namedInLine.includes(name) ? "no" : "maybe" };
  const from = readCode(reader);
  if (typeof from !== "number") return from;
  if (!reader.take("-")) return { from, to: from };
  // The sign before the end stands for itself.
  if (reader.peek() === "]") return { newline: from === lineEnd ? "yes" : "no" };
  const to = readCode(reader);
  if (typeof to !== "number") throw new UnknownSyntax();
  return { from, to };
};

const readCode = (reader: Reader): number | { readonly newline: HasNewline } => {
  if (reader.atEnd) throw new UnknownSyntax();
  if (reader.peek() !== "\\") return reader.next();
  const escape = readEscape(reader);
  if (escape === "wordEdge" || escape === "textEdge") throw new UnknownSyntax();
  return escape;
};
