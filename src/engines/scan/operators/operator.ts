import type { Evidence } from "./evidence.ts";
import type { Soon } from "./in-turn.ts";

/** What a matcher said. */
export interface MatchResult {
  readonly matched: boolean;
  /** What was found, for matchers with `match-all`; byte strings. */
  readonly found: readonly string[];
}

/** A compiled matcher. */
export interface Matcher {
  readonly name: string | undefined;
  readonly internal: boolean;
  /** @throws OverBudgetError (or the promise rejects with it) when it takes too long */
  matches(evidence: Evidence): Soon<MatchResult>;
}

/** A compiled extractor. */
export interface Extractor {
  readonly name: string | undefined;
  /** Its values are for the requests and operators that follow, and no result. */
  readonly internal: boolean;
  /**
   * Different values, byte strings, in the order they were found; bounded.
   *
   * @throws OverBudgetError (or the promise rejects with it) when it takes too long
   */
  extract(evidence: Evidence): Soon<readonly string[]>;
}

/**
 * How one type of matcher decides; undefined when what it looks at is absent. `negative` is around it. With a list
 * (`match-all`) it goes on to the end and puts in what it found.
 */
export type MatchTest = (
  evidence: Evidence,
  partName: string,
  found: string[] | undefined,
) => Soon<boolean | undefined>;

/** How one type of extractor finds its values. */
export type Extract = (evidence: Evidence, partName: string) => Soon<readonly string[]>;
