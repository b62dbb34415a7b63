import { character } from "./character.ts";
import { readClass } from "./class.ts";
import { type Escape, readEscape } from "./escape.ts";
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
    const node = readAlternatives(reader, noFlags, 0);
    return reader.atEnd ? node : undefined;
  } catch (thrown) {
    if (thrown instanceof UnknownSyntax) return undefined;
    throw thrown;
  }
};

interface Flags {
  readonly ignoreCase: boolean;
  /** `.` matches a line end too. */
  readonly dotAll: boolean;
  /** `^` and `$` are edges of lines. */
  readonly multiline: boolean;
}

const noFlags: Flags = { ignoreCase: false, dotAll: false, multiline: false };

/** Up to the end or the bracket that ends the group. A flag in it holds up to there. */
const readAlternatives = (reader: Reader, outer: Flags, depth: number): PatternNode => {
  if (depth > maxDepth) throw new UnknownSyntax();
  const alternatives: PatternNode[] = [];
  let nodes: PatternNode[] = [];
  let flags = outer;
  for (;;) {
    if (reader.atEnd || reader.peek() === ")") break;
    if (reader.take("|")) {
      alternatives.push({ kind: "concat", nodes });
      nodes = [];
      continue;
    }
    const opened = reader.match(group);
    if (opened === undefined) {
      nodes.push(...readAtom(reader, flags));
    } else {
      const inner = flagged(flags, opened[1] ?? "", opened[2] ?? "");
      if (opened[3] === ")") {
        flags = inner;
      } else {
        nodes.push(readAlternatives(reader, inner, depth + 1));
        if (!reader.take(")")) throw new UnknownSyntax();
      }
    }
    // After flags too: RE2 repeats there what stands before them.
    readRepeats(reader, nodes);
  }
  if (alternatives.length === 0) return { kind: "concat", nodes };
  return { kind: "alternate", nodes: [...alternatives, { kind: "concat", nodes }] };
};

const flagged = (flags: Flags, set: string, cleared: string): Flags => {
  const now = (letter: string, before: boolean): boolean =>
    (before || set.includes(letter)) && !cleared.includes(letter);
  return {
    ignoreCase: now("i", flags.ignoreCase),
    dotAll: now("s", flags.dotAll),
    multiline: now("m", flags.multiline),
  };
};

/** One character, class or assertion; a quotation is several, of which only the last can be repeated. */
const readAtom = (reader: Reader, { ignoreCase, dotAll, multiline }: Flags): readonly PatternNode[] => {
  if (reader.take("\\Q"))
    return Array.from(reader.quotation(), (char) => character(char.codePointAt(0) ?? 0, ignoreCase));
  if (reader.peek() === "\\") return [escaped(readEscape(reader), ignoreCase)];
  if (reader.peek() === "[") return [readClass(reader, ignoreCase)];
  const code = reader.next();
  const char = String.fromCodePoint(code);
  if (char === ".") return [gap(dotAll)];
  if (char === "^" || char === "$") return [multiline ? nothing : { kind: "textEdge" }];
  if (char === "*" || char === "+" || char === "?") throw new UnknownSyntax();
  return [character(code, ignoreCase)];
};

const escaped = (escape: Escape, ignoreCase: boolean): PatternNode => {
  if (typeof escape === "number") return character(escape, ignoreCase);
  if (escape === "wordEdge") return nothing;
  if (escape === "textEdge") return { kind: "textEdge" };
  return gap(escape.newline !== "no");
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
