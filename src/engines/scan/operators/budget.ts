import type { Clock } from "../../../base/clock.ts";

/** Judging a response took more than its budget. What asked for it has no answer: it is no "no match". */
export class OverBudgetError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "OverBudgetError";
  }

  static ofTime(budgetMs: number): OverBudgetError {
    return new OverBudgetError(`judging the response took longer than ${budgetMs} ms`);
  }
}

/**
 * The time that judging one response may take. What works in place asks between patterns and between the matches of
 * one; what works in a thread is ended when the time is over. Time in which others work is not counted: a response
 * that waits for the thread behind a slow one loses nothing.
 */
export class EvaluationBudget {
  readonly budgetMs: number;
  readonly #clock: Clock;
  #endMs: number;

  constructor(clock: Clock, budgetMs: number) {
    this.#clock = clock;
    this.budgetMs = budgetMs;
    this.#endMs = clock.monotonicMs() + budgetMs;
  }

  /** Milliseconds that are left, 0 when the time is over. */
  get leftMs(): number {
    return Math.max(this.#endMs - this.#clock.monotonicMs(), 0);
  }

  /** @throws OverBudgetError when the time is over */
  check(): void {
    if (this.#clock.monotonicMs() > this.#endMs) throw OverBudgetError.ofTime(this.budgetMs);
  }

  /** Waits for work elsewhere without counting the time; what the work took of it is told by `charge`. */
  async paused<Result>(work: Promise<Result>): Promise<Result> {
    const fromMs = this.#clock.monotonicMs();
    try {
      return await work;
    } finally {
      this.#endMs += this.#clock.monotonicMs() - fromMs;
    }
  }

  charge(ms: number): void {
    this.#endMs -= ms;
  }
}
