import type { Section } from "../template/section.ts";
import { readCondition } from "./condition.ts";
import { collecting } from "./found.ts";
import { whenThere } from "./in-turn.ts";
import type { MatchTest } from "./operator.ts";
import { compilePatterns } from "./patterns.ts";
import { readEncoding } from "./word-matcher.ts";

/** `regex`: any or all RE2 patterns are found in the part. `encoding` has no effect on patterns, as in nuclei. */
export const compileRegexMatcher = (section: Section): MatchTest => {
  const condition = readCondition(section, "condition");
  const patterns = compilePatterns(section, "regex");
  readEncoding(section);
  return (evidence, partName, found) => {
    const { searcher, budget } = evidence;
    const part = evidence.part(partName);
    if (part === undefined) return undefined;
    return collecting(condition, patterns, found, (pattern, kept) =>
      kept === undefined
        ? searcher.test(pattern(evidence), part, budget)
        : whenThere(searcher.findAll(pattern(evidence), part, 0, budget), (values) => {
            kept.push(...values);
            return values.length > 0;
          }),
    );
  };
};
