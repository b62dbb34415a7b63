import type { Part } from "../operators/part.ts";
import { replaceInPlace } from "../dsl/pattern.ts";
import { filterJson, type JsonFilter } from "./json-filter.ts";
import { compilePattern, type Pattern } from "./pattern.ts";
import { findMatches, testPattern } from "./pattern-search.ts";
import { selectNodes, type XPath } from "./xpath/expression.ts";

/** A search as plain data, so that it can go to a thread. Patterns by their source. */
export type SearchJob =
  | { readonly kind: "test"; readonly pattern: string }
  | { readonly kind: "find"; readonly pattern: string; readonly group: number }
  | { readonly kind: "replace"; readonly pattern: string; readonly replacement: string }
  | { readonly kind: "json"; readonly filter: JsonFilter }
  | { readonly kind: "xpath"; readonly expression: XPath; readonly attribute: string | undefined };

/** A boolean for `test`, a text for `replace`, else values; texts as byte strings. */
export type SearchAnswer = boolean | string | readonly string[];

/**
 * Does a search here and now.
 *
 * @param check is called now and then, to throw when it takes too long
 * @throws OverBudgetError for a document beyond the bounds
 */
export const runSearch = (job: SearchJob, part: Part, check: () => void): SearchAnswer => {
  switch (job.kind) {
    case "test":
      return testPattern(patternOf(job.pattern), part);
    case "find":
      return findMatches(patternOf(job.pattern), part, job.group, check);
    case "replace":
      return replaceInPlace(patternOf(job.pattern).re2, part.bytes, job.replacement);
    case "json":
      return filterJson(job.filter, part);
    case "xpath":
      return selectNodes(job.expression, part, job.attribute);
  }
};

const patternOf = (source: string): Pattern => {
  const pattern = compilePattern(source);
  if (typeof pattern === "string") throw new Error(`${source}: ${pattern}`);
  return pattern;
};
