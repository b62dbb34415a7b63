import { refuseOtherKeys, supportedType } from "../template/keys.ts";
import type { Section } from "../template/section.ts";
import type { Evidence } from "./evidence.ts";
import type { Matcher, MatchTest } from "./operator.ts";
import { compileRegexMatcher } from "./regex-matcher.ts";
import { compileSizeMatcher } from "./size-matcher.ts";
import { compileStatusMatcher } from "./status-matcher.ts";
import { compileWordMatcher } from "./word-matcher.ts";

/** A compiler reads the keys of its type and reports what is wrong with them; it always gives a test. */
const compilers = {
  word: compileWordMatcher,
  regex: compileRegexMatcher,
  status: compileStatusMatcher,
  size: compileSizeMatcher,
} as const satisfies Record<string, (section: Section) => MatchTest>;

type MatcherType = keyof typeof compilers;

/** The types of matcher that can be run. */
export const matcherTypes = Object.keys(compilers) as readonly MatcherType[];

/** The keys that belong to each type; nuclei refuses to compile a matcher with another type's keys. */
const keysOfType: Readonly<Record<MatcherType, readonly string[]>> = {
  word: ["words", "part", "encoding", "case-insensitive"],
  regex: ["regex", "part"],
  status: ["status", "part"],
  size: ["size", "part"],
};
const keysOfAll = ["type", "name", "condition", "negative", "internal"];
const typedKeys = new Set(Object.values(keysOfType).flat());

/** Parts that need what this engine does not have yet. */
const refusedParts = [
  { pattern: /^interactsh_/, reason: "needs an out-of-band server, which is not supported" },
  { pattern: /_\d+$/, reason: "looks at an earlier response of the template, which is not supported" },
];

/** Compiles a matcher, or reports why it cannot be run. */
export const compileMatcher = (section: Section): Matcher | undefined => {
  refuseOtherKeys(section, "matcher");
  const type = supportedType(section, "matcherType", matcherTypes);
  if (type === undefined) return undefined;
  for (const { value: key } of section.keys()) {
    if (!keysOfAll.includes(key) && typedKeys.has(key) && !keysOfType[type].includes(key)) {
      section.complain("invalid", key, `does not belong to a ${type} matcher`);
    }
  }
  const test = compilers[type](section);
  const partName = readPart(section);
  const negative = section.boolean("negative");
  return {
    name: section.string("name")?.trim() || undefined,
    internal: section.boolean("internal"),
    matches: (evidence: Evidence) => {
      const result = test(evidence, partName);
      return result !== undefined && result !== negative;
    },
  };
};

/** The part that an operator looks at, `body` when absent. */
export const readPart = (section: Section): string => {
  const part = section.string("part")?.trim() || "body";
  for (const { pattern, reason } of refusedParts) {
    if (pattern.test(part)) section.complain("refused", "part", `part "${part}" ${reason}`);
  }
  return part;
};
