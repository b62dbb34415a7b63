import type { Clock } from "../../base/clock.ts";

/** A token bucket: lets `perSecond` things through, and `burst` at once after a pause. */
export class RateGate {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #atMs: number;

  constructor(clock: Clock, perSecond: number, burst: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#atMs = clock.monotonicMs();
  }

  pass(): boolean {
    return this.take(1) === 0;
  }

  /**
   * Lets all of them through, or none. More than `burst` go through when nothing has for long enough; what comes later then waits longer.
   *
   * @returns 0: they may; else the milliseconds after which they would
   */
  take(count: number): number {
    const nowMs = this.#clock.monotonicMs();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((nowMs - this.#atMs) / 1_000) * this.#perSecond);
    this.#atMs = nowMs;
    const missing = Math.min(count, this.#burst) - this.#tokens;
    if (missing > 0) return (missing / this.#perSecond) * 1_000;
    this.#tokens -= count;
    return 0;
  }
}
