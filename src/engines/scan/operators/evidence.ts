import type { DslSetup } from "../dsl/expression.ts";
import type { Searcher } from "../search/searcher.ts";
import type { Scope } from "../value/scope.ts";
import type { Value } from "../value/value.ts";
import type { EvaluationBudget } from "./budget.ts";
import type { Part } from "./part.ts";

/** What operators look at: one response of one request, by nuclei's names. */
export interface Evidence {
  /** A value of the response, such as `status_code`; text as a byte string. Undefined when it has none of that name. */
  value(name: string): Value | undefined;
  /**
   * The same as bytes. The protocol knows its aliases: `all`, `header`, and the empty name, which is what an
   * extractor looks at that names no part. One object for the same bytes, so that its forms are made once.
   */
  part(name: string): Part | undefined;
  /** Makes an extracted value visible to the operators that follow, under the extractor's name. */
  define(name: string, value: Value): void;
  /** What placeholders and expressions see: `value`, over the values that the request was made from. */
  readonly scope: Scope;
  /** Told why an expression could not ask the network: that it has no value then says nothing about the site. */
  onUnavailable?(reason: string): void;
  /** What expressions may use; they search under the same budget. */
  readonly dsl: DslSetup;
  readonly searcher: Searcher;
  /** What is slow by the response's doing is bounded by it. */
  readonly budget: EvaluationBudget;
}
