import type { Section } from "../template/section.ts";
import { readCondition } from "./condition.ts";
import type { Operators } from "./evaluate.ts";
import { compileExtractor } from "./extractor.ts";
import { compileMatcher } from "./matcher.ts";

/**
 * Compiles `matchers`, `matchers-condition` and `extractors` of a block of any protocol. What cannot be run is
 * reported to the section.
 *
 * @param limits `operatorsPerBlock`: matchers plus extractors
 */
export const compileOperators = (section: Section, limits: { readonly operatorsPerBlock: number }): Operators => {
  const matchers = section.sections("matchers");
  const extractors = section.sections("extractors");
  if (matchers.length + extractors.length > limits.operatorsPerBlock) {
    section.complain("invalid", "", `has more than ${limits.operatorsPerBlock} matchers and extractors`);
  }
  return {
    condition: readCondition(section, "matchers-condition"),
    matchers: matchers.map(compileMatcher).filter((matcher) => matcher !== undefined),
    extractors: extractors.map(compileExtractor).filter((extractor) => extractor !== undefined),
  };
};
