import type { Part } from "../operators/part.ts";
import type { Pattern } from "./pattern.ts";
import { ValueList } from "./values.ts";

const matchesBetweenChecks = 256;

/** Whether the part has none of the literals that the pattern needs: then it is not found, without a search. */
export const isExcluded = (pattern: Pattern, part: Part): boolean => {
  if (pattern.literals.length === 0) return false;
  for (const literal of pattern.literals) {
    if (part.mayContain(literal)) return false;
  }
  return true;
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
