import type { Clock } from "../../../base/clock.ts";

/** Lets those that wait know that something has changed, also when it did while they looked. */
export class Bell {
  #rings = 0;
  readonly #waiting = new Set<() => void>();

  /** To be read before one looks, and given to `wait` after it. */
  get rings(): number {
    return this.#rings;
  }

  ring(): void {
    this.#rings += 1;
    for (const resolve of this.#waiting) resolve();
  }

  /** Until it has rung since `rings` was read, `ms` have passed, or the signal is aborted. Never rejects. */
  async wait(rings: number, clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    if (rings !== this.#rings || signal.aborted) return;
    let resolve: () => void = () => undefined;
    const rung = new Promise<void>((done) => (resolve = done));
    const timer = clock.after(ms, resolve, true);
    signal.addEventListener("abort", resolve);
    this.#waiting.add(resolve);
    await rung;
    timer.cancel();
    signal.removeEventListener("abort", resolve);
    this.#waiting.delete(resolve);
  }
}
