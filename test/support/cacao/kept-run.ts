import type { JournaledStep, StepEnd, StepResult, StepStart } from "../../../src/engines/playbook/journal.ts";

/** The journal of a run as the store keeps it, over all executions. */
export class KeptRun {
  readonly #steps: JournaledStep[] = [];
  readonly #when = new Map<number, { start: number; end?: number }>();
  #commits = 0;
  #ends = 0;

  /** A copy, as a process gets it. */
  get steps(): readonly JournaledStep[] {
    return structuredClone(this.#steps);
  }

  /** Steps in the order of their ends, with their results. */
  get ends(): readonly StepEnd[] {
    return this.#steps
      .flatMap(({ n, end }) => (end === undefined ? [] : [{ n, ...end }]))
      .sort((a, b) => a.order - b.order)
      .map(({ n, result }) => ({ n, result }));
  }

  step(n: number): JournaledStep {
    const step = this.#steps[n - 1];
    if (step === undefined) throw new Error(`step ${n} was never started`);
    return step;
  }

  /** When its start and its end were kept, in the order of all that was kept. */
  when(n: number): { readonly start: number; readonly end?: number } {
    const when = this.#when.get(n);
    if (when === undefined) throw new Error(`step ${n} was never started`);
    return when;
  }

  start(steps: readonly StepStart[], atMs: number): void {
    for (const step of steps) {
      if (step.n !== this.#steps.length + 1) throw new Error(`step ${step.n} follows step ${this.#steps.length}`);
      this.#steps.push({ ...structuredClone(step), startedAtMs: atMs });
      this.#when.set(step.n, { start: (this.#commits += 1) });
    }
  }

  end(n: number, result: StepResult): void {
    const step = this.step(n);
    if (step.end !== undefined) throw new Error(`step ${n} has ended twice`);
    this.#ends += 1;
    this.#when.set(n, { ...this.when(n), end: (this.#commits += 1) });
    this.#steps[n - 1] = { ...step, end: { order: this.#ends, result: structuredClone(result) } };
  }
}
