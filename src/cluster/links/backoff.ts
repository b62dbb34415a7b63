import type { Random } from "../../base/random.ts";

const shortestMs = 50;
const longestMs = 2_000;

/** How long to wait before the next try: doubled each time, and between half of that and all of it. */
export class Backoff {
  readonly #random: Random;
  #nextMs = shortestMs;

  constructor(random: Random) {
    this.#random = random;
  }

  next(): number {
    const ms = this.#nextMs;
    this.#nextMs = Math.min(longestMs, ms * 2);
    return ms * (0.5 + this.#random.next() / 2);
  }

  reset(): void {
    this.#nextMs = shortestMs;
  }
}
