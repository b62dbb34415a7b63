import type { Clock } from "../../../base/clock.ts";

/** Judging a response took longer than its budget. */
export class OverBudgetError extends Error {
  constructor(budgetMs: number) {
    super(`judging the response took longer than ${budgetMs} ms`);
    this.name = "OverBudgetError";
  }
}

/**
 * The time that judging one response may take. Operators ask between patterns and between the matches of one, so it
 * bounds a block of many patterns on a hostile page; it does not interrupt the search for one match.
 */
export class EvaluationBudget {
  readonly #clock: Clock;
  readonly #budgetMs: number;
  readonly #endMs: number;

  constructor(clock: Clock, budgetMs: number) {
    this.#clock = clock;
    this.#budgetMs = budgetMs;
    this.#endMs = clock.monotonicMs() + budgetMs;
  }

  /** @throws OverBudgetError when the time is over */
  check(): void {
    if (this.#clock.monotonicMs() > this.#endMs) throw new OverBudgetError(this.#budgetMs);
  }
}
