import { RE2JS } from "re2js";
import { Literal } from "./literal.ts";
import { isWithinLine } from "./pattern/node.ts";
import { parsePattern } from "./pattern/parser.ts";
import { sizeProblem } from "./pattern/program-bound.ts";
import { requiredLiterals } from "./pattern/required.ts";

const maxPatternChars = 16_384;
/** Templates repeat each other's patterns, and expressions make them while they run. */
const maxKept = 4_096;

/** A pattern in RE2 syntax as in nuclei: no look-around, no backreference, linear time. */
export class Pattern {
  readonly source: string;
  readonly re2: RE2JS;
  /** Sets of literals: at least one of each set is in every part in which the pattern is found. */
  readonly required: readonly (readonly Literal[])[];
  /** A match is within one line, and is one whatever stands on the others. */
  readonly isWithinLine: boolean;

  constructor(source: string, re2: RE2JS) {
    this.source = source;
    this.re2 = re2;
    const node = parsePattern(source);
    this.isWithinLine = node !== undefined && isWithinLine(node);
    const sets = node === undefined ? [] : requiredLiterals(node);
    this.required = sets.map((texts) => texts.map((text) => new Literal(text)));
  }
}

const kept = new Map<string, Pattern>();

const patternProblem = (source: string): string | undefined => {
  if (source.length > maxPatternChars) return `pattern is longer than ${maxPatternChars} characters`;
  return sizeProblem(source);
};

/** Compiles a pattern, given as text; or says, in words for a person, why it does not compile. */
export const compilePattern = (source: string): Pattern | string => {
  const known = kept.get(source);
  if (known !== undefined) return known;
  const problem = patternProblem(source);
  if (problem !== undefined) return problem;
  try {
    const pattern = new Pattern(source, RE2JS.compile(source));
    if (kept.size >= maxKept) {
      const [oldest] = kept.keys();
      if (oldest !== undefined) kept.delete(oldest);
    }
    kept.set(source, pattern);
    return pattern;
  } catch (thrown) {
    return `pattern does not compile as RE2: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  }
};
