import { character } from "./character.ts";
import { readClass } from "./class.ts";
import { readEscape } from "./escape.ts";
import { gap, nothing, type PatternNode } from "./node.ts";
import { Reader, UnknownSyntax } from "./reader.ts";

/** Deeper groups than RE2 permits. */
const maxDepth = 1_000;
const group = /\((?:\?P?<\w+>|\?([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)]))?/y;
const times = /\{(\d+)(,(\d*))?\}/y;

/**
 * Reads a pattern that RE2 compiled. It does not judge: what it does not understand makes it give up, and then the
 * pattern counts as one without a literal.
 */
export const parsePattern = (source: string): PatternNode | undefined => {
  try {
    const reader = new Reader(source);
    const node = readAlternatives(reader, false, 0);
    return reader.atEnd ? node : undefined;
  } catch (thrown) {
    if (thrown instanceof UnknownSyntax) return undefined;
    throw thrown;
  }
};

/** Up to the end or the bracket that ends the group. A flag in it holds up to there. */
const readAlternatives = (reader: Reader, ignoreCase: boolean, depth: number): PatternNode => {
  if (depth > maxDepth) throw new UnknownSyntax();
  const alternatives: PatternNode[] = [];
  let nodes: PatternNode[] = [];
  let fold = ignoreCase;
  for (;;) {
    if (reader.atEnd || reader.peek() === ")") break;
    if (reader.take("|")) {
      alternatives.push({ kind: "concat", nodes });
      nodes = [];
      continue;
    }
    const opened = reader.match(group);
    if (opened === undefined) {
      nodes.push(...readAtom(reader, fold));
    } else {
      const inner = flagged(fold, opened[1] ?? "", opened[2] ?? "");
      if (opened[3] === ")") {
        fold = inner;
        continue;
      }
      nodes.push(readAlternatives(reader, inner, depth + 1));
      if (!reader.take(")")) throw new UnknownSyntax();
    }
    readRepeats(reader, nodes);
  }
  if (alternatives.length === 0) return { kind: "concat", nodes };
  return { kind: "alternate", nodes: [...alternatives, { kind: "concat", nodes }] };
};

const flagged = (ignoreCase: boolean, set: string, cleared: string): boolean =>
  (ignoreCase || set.includes("i")) && !cleared.includes("i");

/** One character, class or assertion; a quotation is several, of which only the last can be repeated. */
const readAtom = (reader: Reader, ignoreCase: boolean): readonly PatternNode[] => {
  if (reader.take("\\Q")) return [...reader.quotation()].map((char) => character(char.codePointAt(0) ?? 0, ignoreCase));
  if (reader.peek() === "\\") {
    const escape = readEscape(reader);
    if (escape === "class") return [gap];
    return [escape === "assertion" ? nothing : character(escape, ignoreCase)];
  }
  if (reader.peek() === "[") return [readClass(reader, ignoreCase)];
  const code = reader.next();
  const char = String.fromCodePoint(code);
  if (char === ".") return [gap];
  if (char === "^" || char === "$") return [nothing];
  if (char === "*" || char === "+" || char === "?") throw new UnknownSyntax();
  return [character(code, ignoreCase)];
};

/** The repetitions after an atom, each with its `?`, put around the last node. */
const readRepeats = (reader: Reader, nodes: PatternNode[]): void => {
  for (;;) {
    const counted = reader.match(times);
    const sign = counted === undefined ? reader.takeAny("*+?") : undefined;
    if (counted === undefined && sign === undefined) return;
    reader.take("?");
    const node = nodes.pop();
    // Nothing to repeat: an empty quotation. What it repeats then is not clear.
    if (node === undefined) throw new UnknownSyntax();
    const min = counted === undefined ? (sign === "+" ? 1 : 0) : Number(counted[1]);
    nodes.push({ kind: "repeat", node, min, max: maxOf(counted, sign, min) });
  }
};

const maxOf = (counted: RegExpExecArray | undefined, sign: string | undefined, min: number): number => {
  if (counted === undefined) return sign === "?" ? 1 : Infinity;
  if (counted[2] === undefined) return min;
  return counted[3] === undefined || counted[3] === "" ? Infinity : Number(counted[3]);
};
