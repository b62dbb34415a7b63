import type { EvaluationBudget } from "../operators/budget.ts";
import type { Part } from "../operators/part.ts";
import type { JsonFilter } from "./json-filter.ts";
import type { Pattern } from "./pattern.ts";
import type { XPath } from "./xpath/expression.ts";

/**
 * Searches whose cost the searched text decides. What is cheap is answered at once; the rest where it cannot hold up
 * others, as a promise. Values are byte strings, different from each other, in the order they were found, bounded in
 * number and size (see `ValueList`).
 *
 * Each ends with `OverBudgetError` when it would take more than its budget, or the searcher's own when it has none,
 * and with `ScanError` `closed` after `close`.
 */
export interface Searcher {
  test(pattern: Pattern, part: Part, budget?: EvaluationBudget): boolean | Promise<boolean>;
  /** The whole matches, or one group (≥ 1) of each; a group that took no part in a match is an empty value. */
  findAll(
    pattern: Pattern,
    part: Part,
    group: number,
    budget?: EvaluationBudget,
  ): readonly string[] | Promise<readonly string[]>;
  /** The part with each match replaced; `$1`, `${name}` and `$$` of the replacement are expanded as in Go. */
  replaceAll(pattern: Pattern, part: Part, replacement: string, budget?: EvaluationBudget): string | Promise<string>;
  /** What a filter of jq gives for a part that is JSON; nothing for one that is not. */
  json(filter: JsonFilter, part: Part, budget?: EvaluationBudget): readonly string[] | Promise<readonly string[]>;
  /** The texts of the selected nodes, or one attribute of each; a node without text or attribute is an empty value. */
  xpath(
    expression: XPath,
    part: Part,
    attribute: string | undefined,
    budget?: EvaluationBudget,
  ): readonly string[] | Promise<readonly string[]>;
  /** Ends what it holds. What was under way ends with an error. */
  close(): Promise<void>;
}
