/** Counts pieces of work, and tells when there is none. */
export class OpenWork {
  #open = 0;
  #waiters: (() => void)[] = [];

  get any(): boolean {
    return this.#open > 0;
  }

  begin(): void {
    this.#open += 1;
  }

  end(): void {
    this.#open -= 1;
    if (this.#open > 0) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }

  /** Resolves as soon as none is open. */
  none(): Promise<void> {
    return this.#open === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiters.push(resolve));
  }
}
