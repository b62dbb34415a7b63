import type { Section } from "../template/section.ts";
import { fromEach } from "./from-each.ts";
import type { Extract } from "./operator.ts";
import { compilePatterns } from "./patterns.ts";

/** `regex`: every match of every pattern in the part, or the `group` of each match. */
export const compileRegexExtractor = (section: Section): Extract => {
  const patterns = compilePatterns(section, "regex");
  const group = section.integer("group") ?? 0;
  return (evidence, partName) => {
    const part = evidence.part(partName);
    if (part === undefined) return [];
    return fromEach(patterns, (pattern) => evidence.searcher.findAll(pattern(evidence), part, group, evidence.budget));
  };
};
