import { refuseOtherKeys, supportedType } from "../template/keys.ts";
import type { Section } from "../template/section.ts";
import { compileBinaryMatcher } from "./binary-matcher.ts";
import { compileDslMatcher } from "./dsl-matcher.ts";
import { bounded } from "./found.ts";
import { whenThere } from "./in-turn.ts";
import { complainOfForeignKeys } from "./keys-of-type.ts";
import type { Matcher, MatchResult, MatchTest } from "./operator.ts";
import { compileRegexMatcher } from "./regex-matcher.ts";
import { compileSizeMatcher } from "./size-matcher.ts";
import { compileStatusMatcher } from "./status-matcher.ts";
import { compileWordMatcher } from "./word-matcher.ts";
import { compileXPathMatcher } from "./xpath-matcher.ts";

/** A compiler reads the keys of its type and reports what is wrong with them; it always gives a test. */
const compilers = {
  word: compileWordMatcher,
  regex: compileRegexMatcher,
  binary: compileBinaryMatcher,
  status: compileStatusMatcher,
  size: compileSizeMatcher,
  dsl: compileDslMatcher,
  xpath: compileXPathMatcher,
} as const satisfies Record<string, (section: Section) => MatchTest>;

type MatcherType = keyof typeof compilers;

/** The types of matcher that can be run. */
export const matcherTypes = Object.keys(compilers) as readonly MatcherType[];

/** The keys that belong to each type; nuclei refuses to compile a matcher with another type's keys. */
const keysOfType: Readonly<Record<MatcherType, readonly string[]>> = {
  word: ["words", "part", "encoding", "case-insensitive"],
  regex: ["regex", "part", "encoding"],
  binary: ["binary", "part", "encoding"],
  status: ["status", "part"],
  size: ["size", "part"],
  dsl: ["dsl"],
  xpath: ["xpath", "part"],
};

const nothing: MatchResult = { matched: false, found: [] };

/** Compiles a matcher, or reports why it cannot be run. */
export const compileMatcher = (section: Section): Matcher | undefined => {
  refuseOtherKeys(section, "matcher");
  const type = supportedType(section, "matcherType", matcherTypes);
  if (type === undefined) return undefined;
  complainOfForeignKeys(section, `${type} matcher`, keysOfType, type);
  const test = compilers[type](section);
  const partName = section.string("part")?.trim() || "body";
  const negative = section.boolean("negative");
  const matchAll = section.boolean("match-all");
  return {
    name: section.string("name")?.trim() || undefined,
    internal: section.boolean("internal"),
    matches: (evidence) => {
      const found = matchAll ? [] : undefined;
      return whenThere(test(evidence, partName, found), (result) => {
        if (result === undefined || result === negative) return nothing;
        return { matched: true, found: found === undefined || negative ? [] : bounded(found) };
      });
    },
  };
};
