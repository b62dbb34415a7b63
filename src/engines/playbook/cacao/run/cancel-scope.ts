import type { StepResult } from "../../journal.ts";
import type { StartedStep } from "./run-port.ts";

/**
 * What ends together: steps that are under way, and scopes inside. Cancelling it aborts them; whoever waits for them hears of their ends
 * and sees then that the scope is cancelled.
 */
export class CancelScope {
  readonly #steps = new Set<StartedStep>();
  readonly #inside = new Set<CancelScope>();
  #isCancelled = false;

  wasCancelled(): boolean {
    return this.#isCancelled;
  }

  /** A scope that is cancelled with this one, and by itself. Whoever opens it closes it. */
  open(): CancelScope {
    const scope = new CancelScope();
    this.#inside.add(scope);
    if (this.#isCancelled) scope.cancel();
    return scope;
  }

  /** Forgets a scope in which nothing is under way any more. */
  close(scope: CancelScope): void {
    this.#inside.delete(scope);
  }

  /** How the step ended. It is aborted when this is cancelled meanwhile. */
  async outcomeOf(step: StartedStep): Promise<StepResult> {
    this.#steps.add(step);
    if (this.#isCancelled) step.abort();
    const result = await step.outcome;
    this.#steps.delete(step);
    return result;
  }

  /** Aborts all that is inside, in the order in which it began. Idempotent. */
  cancel(): void {
    // Without recursion: branches may be inside each other by the thousand.
    const scopes: CancelScope[] = [this];
    for (const scope of scopes) {
      if (scope.#isCancelled) continue;
      scope.#isCancelled = true;
      for (const step of scope.#steps) step.abort();
      scopes.push(...scope.#inside);
    }
  }
}
