import type { Section } from "../template/section.ts";
import { combine, readCondition } from "./condition.ts";
import type { MatchTest } from "./operator.ts";
import { compilePatterns } from "./pattern.ts";

/** `regex`: any or all RE2 patterns are found in the part. */
export const compileRegexMatcher = (section: Section): MatchTest => {
  const condition = readCondition(section, "condition");
  const patterns = compilePatterns(section, "regex");
  return (evidence, partName) => {
    const text = evidence.part(partName)?.text;
    if (text === undefined) return undefined;
    return combine(condition, patterns, (pattern) => {
      evidence.budget.check();
      return pattern.matcher(text).find();
    });
  };
};
