import type { Part } from "../operators/part.ts";
import type { Literal } from "./literal.ts";
import type { Pattern } from "./pattern.ts";
import { ValueList } from "./values.ts";

const matchesBetweenChecks = 256;

/** Whether the part lacks a literal that the pattern needs: then it is not found, without a search. */
export const isExcluded = (pattern: Pattern, part: Part): boolean => {
  for (const literals of pattern.required) {
    if (!hasAny(part, literals)) return true;
  }
  return false;
};

const hasAny = (part: Part, literals: readonly Literal[]): boolean => {
  for (const literal of literals) {
    if (part.mayContain(literal)) return true;
  }
  return false;
};

/** Lines that are looked at one by one, and literals that lead to them; beyond that all of the part is. */
const maxLines = 64;
const maxLeads = 8;

/**
 * Whether a pattern whose matches are within one line is found, decided by the lines that have a literal it needs.
 * Undefined when it cannot be decided so, or would take more than `maxWork`: bytes times instructions of the pattern.
 */
export const testLines = (pattern: Pattern, part: Part, maxWork: number): boolean | undefined => {
  const [literals] = pattern.required;
  const text = part.folded;
  // Folding may change the length; then places in it say nothing about the bytes.
  if (!pattern.isWithinLine || literals === undefined || literals.length > maxLeads || text.length !== part.size) {
    return undefined;
  }
  let bytesLeft = maxWork / pattern.re2.programSize();
  let linesLeft = maxLines;
  for (const { text: literal } of literals) {
    for (let at = text.indexOf(literal); at !== -1;) {
      const start = text.lastIndexOf("\n", at) + 1;
      const next = text.indexOf("\n", at);
      const end = next === -1 ? text.length : next;
      bytesLeft -= end - start;
      linesLeft -= 1;
      if (bytesLeft < 0 || linesLeft < 0) return undefined;
      if (pattern.re2.test(part.raw.subarray(start, end))) return true;
      at = text.indexOf(literal, end);
    }
  }
  return false;
};

/** Whether the pattern is found in the part, byte by byte as Go reads UTF-8. */
export const testPattern = (pattern: Pattern, part: Part): boolean => pattern.re2.test(part.raw);

/**
 * Different matches, or one group of each, as Go finds them.
 *
 * @param check is called now and then, to throw when it takes too long
 */
export const findMatches = (pattern: Pattern, part: Part, group: number, check: () => void): readonly string[] => {
  const values = new ValueList();
  // A test needs no groups and is far quicker than a search that finds nothing.
  if (group > pattern.re2.groupCount() || !testPattern(pattern, part)) return [];
  const found = pattern.re2.matcher(part.raw);
  let previousEnd = -1;
  for (let matches = 0; !values.full && found.find(); matches += 1) {
    if (matches % matchesBetweenChecks === 0) check();
    const [start, end] = [found.start(), found.end()];
    // As in Go, an empty match directly behind another match is none.
    if (end > start || start !== previousEnd) {
      values.add(group === 0 ? part.bytes.slice(start, end) : groupOf(part, found.start(group), found.end(group)));
    }
    previousEnd = end;
  }
  return values.list();
};

const groupOf = (part: Part, start: number, end: number): string => (start < 0 ? "" : part.bytes.slice(start, end));
