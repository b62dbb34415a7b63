import type { Clock, Timer } from "../../../src/base/clock.ts";

/** The clock of a process, whose timers are gone when it is. */
export class ProcessClock implements Clock {
  readonly #clock: Clock;
  readonly #timers = new Set<Timer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  wallMs(): number {
    return this.#clock.wallMs();
  }

  after(delayMs: number, run: () => void, background?: boolean): Timer {
    const timer = this.#clock.after(delayMs, run, background);
    this.#timers.add(timer);
    return timer;
  }

  end(): void {
    for (const timer of this.#timers) timer.cancel();
  }
}
