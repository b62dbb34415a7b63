import type { Clock } from "../../base/clock.ts";

/** How long the event loop is kept from anything else. */
const turnMs = 20;

/**
 * Gives the event loop its turns in work that may go on for long without waiting for anything: promises that are
 * settled already never let a timer or a socket have one.
 */
export class Turns {
  readonly #clock: Clock;
  #beganMs: number;
  #turn: Promise<void> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#beganMs = clock.monotonicMs();
  }

  /** To be awaited between two pieces of work; undefined while there is still time. */
  next(): Promise<void> | undefined {
    if (this.#clock.monotonicMs() - this.#beganMs < turnMs) return undefined;
    // One for all who wait: several timers that are due have no turn of others between them.
    this.#turn ??= new Promise((resolve) => {
      this.#clock.after(0, () => {
        this.#turn = undefined;
        this.#beganMs = this.#clock.monotonicMs();
        resolve();
      });
    });
    return this.#turn;
  }
}
