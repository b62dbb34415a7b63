/** Parts of the lease. */
const tickPart = 1 / 30;
const latePart = 1 / 10;

/**
 * Whether this process itself was there all the time. One that stood still, or was too busy, did not hear what it was sent: it is no
 * judge of others. To be told of ticks of a timer.
 */
export class LoopLag {
  /** How far ticks have to be apart, in milliseconds. */
  readonly periodMs: number;
  readonly #leaseMs: number;
  #dueMs: number;
  /** When it was last late. A process that has just begun has not shown yet that it is not. */
  #lateAtMs: number;

  /** @param nowMs own monotonic clock, as in all calls */
  constructor(leaseMs: number, nowMs: number) {
    this.periodMs = leaseMs * tickPart;
    this.#leaseMs = leaseMs;
    this.#dueMs = nowMs + this.periodMs;
    this.#lateAtMs = nowMs;
  }

  tick(nowMs: number): void {
    if (this.#isLate(nowMs)) this.#lateAtMs = nowMs;
    this.#dueMs = nowMs + this.periodMs;
  }

  /** No tick was late by a tenth of a lease, for a lease's time. A tick that is late now counts, though it has not come yet. */
  isSteady(nowMs: number): boolean {
    return !this.#isLate(nowMs) && nowMs - this.#lateAtMs >= this.#leaseMs;
  }

  #isLate(nowMs: number): boolean {
    return nowMs - this.#dueMs >= this.#leaseMs * latePart;
  }
}
