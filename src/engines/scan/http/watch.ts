import type { Clock, Timer } from "../../../base/clock.ts";
import { type Listed, Roster } from "./roster.ts";

/** Something that ends by itself when its time is up or its signal has fired. */
export interface Watched extends Listed {
  check(nowMs: number): void;
}

const everyMs = 20;

/**
 * Looks at everything that is under way every 20 ms. A timer and a listener each for every request would cost more
 * than the rest of the client.
 */
export class Watch {
  readonly #clock: Clock;
  readonly #watched = new Roster<Watched>();
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get nowMs(): number {
    return this.#clock.monotonicMs();
  }

  add(watched: Watched): void {
    this.#watched.add(watched);
    this.#timer ??= this.#clock.after(everyMs, this.#look);
  }

  remove(watched: Watched): void {
    this.#watched.remove(watched);
    if (this.#watched.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  readonly #look = (): void => {
    this.#timer = this.#clock.after(everyMs, this.#look);
    const { nowMs } = this;
    for (const watched of [...this.#watched.items]) watched.check(nowMs);
  };
}
