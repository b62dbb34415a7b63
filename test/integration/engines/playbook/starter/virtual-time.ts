/** Time of one run: it passes when a delay begins, or when somebody lets it pass. */
export class VirtualTime {
  readonly #timers = new Map<number, { readonly step: string; readonly atMs: number; readonly fire: () => void }>();
  #next = 0;
  #nowMs = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  /** @returns what takes it back */
  at(ms: number, step: string, fire: () => void): () => void {
    const id = (this.#next += 1);
    this.#timers.set(id, { step, atMs: this.#nowMs + ms, fire });
    return () => void this.#timers.delete(id);
  }

  pass(ms: number): void {
    this.#nowMs += ms;
    for (const [id, { atMs, fire }] of this.#timers) {
      if (atMs > this.#nowMs) continue;
      this.#timers.delete(id);
      fire();
    }
  }

  /** Lets it pass until the timeout of a step is over. */
  passTimeoutOf(step: string): void {
    const timer = [...this.#timers.values()].find((one) => one.step === step);
    if (timer === undefined) throw new Error(`the step ${step} has no timeout`);
    this.pass(timer.atMs - this.#nowMs);
  }
}
