import { ValueList } from "../search/values.ts";
import type { Condition } from "./condition.ts";
import type { Evidence } from "./evidence.ts";
import { type Extracts, runExtractors } from "./extracts.ts";
import { inTurn, type Soon, whenThere } from "./in-turn.ts";
import type { Extractor, Matcher } from "./operator.ts";

/** The matchers and extractors of one block. */
export interface Operators {
  readonly condition: Condition;
  readonly matchers: readonly Matcher[];
  readonly extractors: readonly Extractor[];
}

/** One result that a response gives. Values are byte strings. */
export interface Hit {
  readonly matcherName?: string;
  readonly extractorName?: string;
  readonly extracted: readonly string[];
  /** What matchers with `match-all` found; absent when there is none. */
  readonly matched?: readonly string[];
}

export interface Evaluation {
  /** Whether the matchers matched; what `stop-at-first-match` goes by. Extraction alone is not a match. */
  readonly matched: boolean;
  readonly hits: readonly Hit[];
  /** Values of internal extractors by name, also when nothing matched. */
  readonly internal: ReadonlyMap<string, readonly string[]>;
  /** Values of all named extractors by name, internal or not. */
  readonly extracted: ReadonlyMap<string, readonly string[]>;
}

/** What the matchers said together. */
interface Verdict {
  readonly matched: boolean;
  /** Under `or`, names of those that matched, with what they found. */
  readonly named: ReadonlyMap<string, readonly string[]>;
  readonly found: readonly string[];
}

const unmatched: Verdict = { matched: false, named: new Map(), found: [] };

/**
 * What the operators say of a response, as nuclei decides it: extractors run first; matchers that are there and do
 * not match hide what was extracted; under `or` every named matcher that matched is a hit of its own; without one,
 * every named extractor that found something is; otherwise all of it is one hit. A promise only where something waits.
 *
 * @throws OverBudgetError (or the promise rejects with it) when it takes too long
 */
export const evaluate = (operators: Operators, evidence: Evidence): Soon<Evaluation> =>
  whenThere(runExtractors(operators.extractors, evidence), (extracts) =>
    whenThere(runMatchers(operators, evidence), (verdict) => ({
      matched: verdict.matched,
      hits: hitsOf(operators.matchers, extracts, verdict),
      internal: extracts.internal,
      extracted: extracts.named,
    })),
  );

const runMatchers = ({ condition, matchers }: Operators, evidence: Evidence): Soon<Verdict> => {
  const named = new Map<string, readonly string[]>();
  const found = new ValueList();
  let matched = false;
  let failed = false;
  const done = inTurn(matchers, (matcher) =>
    whenThere(matcher.matches(evidence), (result) => {
      if (!result.matched) {
        failed = condition === "and";
        return !failed;
      }
      matched = true;
      for (const value of result.found) found.add(value);
      if (condition === "or" && matcher.name !== undefined) named.set(matcher.name, result.found);
      return true;
    }),
  );
  return whenThere(done, () => (matched && !failed ? { matched, named, found: found.list() } : unmatched));
};

const hitsOf = (
  matchers: readonly Matcher[],
  extracts: Extracts,
  { matched, named, found }: Verdict,
): readonly Hit[] => {
  if (!matched) {
    // What is found for later requests is no result, and takes the others with it.
    return matchers.length > 0 || extracts.foundInternal ? [] : extractionHits(extracts);
  }
  if (matchers.every(({ internal }) => internal)) return [];
  if (named.size > 0) {
    return [...named].map(([matcherName, values]) => ({
      matcherName,
      extracted: extracts.shown,
      ...asMatched(values),
    }));
  }
  const hits = extractionHits(extracts);
  return (hits.length > 0 ? hits : [{ extracted: [] }]).map((hit) => ({ ...hit, ...asMatched(found) }));
};

const asMatched = (values: readonly string[]): Pick<Hit, "matched"> => (values.length === 0 ? {} : { matched: values });

const extractionHits = ({ shown, shownByName }: Extracts): readonly Hit[] => {
  if (shownByName.size > 0) return [...shownByName].map(([extractorName, extracted]) => ({ extractorName, extracted }));
  return shown.length > 0 ? [{ extracted: shown }] : [];
};
