import { systemClock } from "../../../src/base/clock.ts";

/** How much work is due by now, from when it was made on: the same in each second, and what was held up is made up for. */
export class Pace {
  readonly #perSecond: number;
  readonly #begunMs = systemClock.monotonicMs();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  get due(): number {
    return Math.floor(((systemClock.monotonicMs() - this.#begunMs) / 1_000) * this.#perSecond);
  }
}
