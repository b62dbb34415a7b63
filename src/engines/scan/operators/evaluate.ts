import type { Condition } from "./condition.ts";
import type { Evidence } from "./evidence.ts";
import { type Extractor, type Matcher, ValueList } from "./operator.ts";

/** The matchers and extractors of one request block. */
export interface Operators {
  readonly condition: Condition;
  readonly matchers: readonly Matcher[];
  readonly extractors: readonly Extractor[];
}

/** One result that a response gives. */
export interface Hit {
  readonly matcherName?: string;
  readonly extractorName?: string;
  readonly extracted: readonly string[];
}

export interface Evaluation {
  /** Whether the matchers matched; what `stop-at-first-match` goes by. Extraction alone is not a match. */
  readonly matched: boolean;
  readonly hits: readonly Hit[];
}

const nothing: Evaluation = { matched: false, hits: [] };

/**
 * What the operators say of a response, as nuclei decides it: extractors run first; matchers that are there and do
 * not match hide what was extracted; under `or` every named matcher that matched is a hit of its own; without one,
 * every named extractor that found something is; otherwise all of it is one hit.
 */
export const evaluate = (operators: Operators, evidence: Evidence): Evaluation => {
  const { matchers } = operators;
  const { all, named } = runExtractors(operators.extractors, evidence);
  if (matchers.length === 0) return { matched: false, hits: extractionHits(all, named) };

  const matchedNames = new Set<string>();
  let matched = false;
  for (const matcher of matchers) {
    if (matcher.matches(evidence)) {
      matched = true;
      if (operators.condition === "or" && matcher.name !== undefined) matchedNames.add(matcher.name);
    } else if (operators.condition === "and") {
      return nothing;
    }
  }
  if (!matched) return nothing;
  if (matchers.every(({ internal }) => internal)) return { matched, hits: [] };
  if (matchedNames.size > 0) {
    return { matched, hits: [...matchedNames].map((matcherName) => ({ matcherName, extracted: all })) };
  }
  return { matched, hits: named.size > 0 ? extractionHits(all, named) : [{ extracted: all }] };
};

const runExtractors = (
  extractors: readonly Extractor[],
  evidence: Evidence,
): { readonly all: readonly string[]; readonly named: ReadonlyMap<string, readonly string[]> } => {
  const all = new ValueList();
  const named = new Map<string, readonly string[]>();
  for (const extractor of extractors) {
    const { name } = extractor;
    const values = extractor.extract(evidence);
    const [first] = values;
    if (first === undefined) continue;
    for (const value of values) all.add(value);
    if (name === undefined) continue;
    named.set(name, values);
    // Several values appear as Go prints a list, which is what a matcher of nuclei sees.
    evidence.define(name, values.length === 1 ? first : `[${values.join(" ")}]`);
  }
  return { all: all.list(), named };
};

const extractionHits = (all: readonly string[], named: ReadonlyMap<string, readonly string[]>): readonly Hit[] => {
  if (named.size > 0) return [...named].map(([extractorName, extracted]) => ({ extractorName, extracted }));
  return all.length > 0 ? [{ extracted: all }] : [];
};
