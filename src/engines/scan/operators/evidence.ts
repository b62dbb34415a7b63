import type { PlaceholderValues } from "../template/placeholders.ts";
import type { EvaluationBudget } from "./budget.ts";
import type { Part } from "./part.ts";

/** What operators look at: one response of one request, by nuclei's part names. */
export interface Evidence {
  readonly status: number;
  /** What is slow by the response's doing checks it. */
  readonly budget: EvaluationBudget;
  /** What the placeholders of the request stood for. */
  readonly variables: PlaceholderValues;
  /** A part by name, or undefined when this response has none of that name. */
  part(name: string): Part | undefined;
  /** Makes an extracted value visible to the operators that follow, under the extractor's name. */
  define(name: string, value: string): void;
}
