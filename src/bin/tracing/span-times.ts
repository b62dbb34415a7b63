import type { HrTime } from "@opentelemetry/api";
import type { Clock } from "../../base/clock.ts";

/** More than the wall clock's resolution, and less than a step of it that people would notice. */
const jumpMs = 50;

/**
 * The times of a process' spans: the monotonic clock, set by the wall clock once and again when that one has jumped. So spans that lie
 * within each other on the way lie within each other in what is shown.
 */
export class SpanClock {
  readonly #clock: Clock;
  #offsetMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offsetMs = clock.wallMs() - clock.monotonicMs();
  }

  /** For a span that begins: how far its times are from the monotonic clock, in milliseconds, from its begin to its end. */
  offsetMs(): number {
    const offsetMs = this.#clock.wallMs() - this.#clock.monotonicMs();
    if (Math.abs(offsetMs - this.#offsetMs) > jumpMs) this.#offsetMs = offsetMs;
    return this.#offsetMs;
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }
}

const hrTime = (ms: number): HrTime => {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)];
};

/** The times of one span. However the wall clock jumps, it lasts as long as the monotonic one says. */
export class SpanTimes {
  readonly begin: HrTime;
  readonly #clock: SpanClock;
  readonly #offsetMs: number;

  constructor(clock: SpanClock) {
    this.#clock = clock;
    this.#offsetMs = clock.offsetMs();
    this.begin = this.now();
  }

  now(): HrTime {
    return hrTime(this.#offsetMs + this.#clock.monotonicMs());
  }
}
