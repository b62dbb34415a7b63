import type { Clock, Timer } from "../../../../base/clock.ts";
import type { Random } from "../../../../base/random.ts";

const firstMs = 250;
const longestMs = 30_000;
/** Failures in a row after which none is expected to succeed. */
const hopeless = 3;

/** Waits between starts that fail, longer each time, so that a node that cannot start processes does not spend itself on trying. */
export class StartBackoff {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #onOver: () => void;
  #failures = 0;
  #timer: Timer | undefined;

  /** @param onOver told when a start may be tried again */
  constructor(clock: Clock, random: Random, onOver: () => void) {
    this.#clock = clock;
    this.#random = random;
    this.#onOver = onOver;
  }

  /** Nothing should be started now. */
  get waits(): boolean {
    return this.#timer !== undefined;
  }

  /** So many starts failed in a row that work should go elsewhere. */
  get isHopeless(): boolean {
    return this.#failures >= hopeless;
  }

  /** @returns the number of failures in a row */
  failed(): number {
    this.#failures += 1;
    const fullMs = Math.min(longestMs, firstMs * 2 ** (this.#failures - 1));
    this.#timer?.cancel();
    this.#timer = this.#clock.after(fullMs * (0.5 + this.#random.next() / 2), () => {
      this.#timer = undefined;
      this.#onOver();
    });
    return this.#failures;
  }

  /** @returns the number of failures in a row before it */
  succeeded(): number {
    const failures = this.#failures;
    this.#failures = 0;
    this.stop();
    return failures;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
