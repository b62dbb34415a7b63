/** Wakes those who wait for something to change. */
export class Bell {
  #waiting: (() => void)[] = [];

  ring(): void {
    const woken = this.#waiting;
    this.#waiting = [];
    for (const wake of woken) wake();
  }

  /** Resolves with the next ring, or once the signal is aborted. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener("abort", wake);
        resolve();
      };
      if (signal.aborted) return resolve();
      signal.addEventListener("abort", wake, { once: true });
      this.#waiting.push(wake);
    });
  }
}
