import type { HrTime } from "@opentelemetry/api";
import type { Clock } from "../../base/clock.ts";

const hrTime = (ms: number): HrTime => {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)];
};

/** The times of one span: it begins at wall time, and lasts as long as the monotonic clock says, however the other one jumps. */
export class SpanTimes {
  readonly begin: HrTime;
  readonly #clock: Clock;
  readonly #wallMs: number;
  readonly #monotonicMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#wallMs = clock.wallMs();
    this.#monotonicMs = clock.monotonicMs();
    this.begin = hrTime(this.#wallMs);
  }

  now(): HrTime {
    return hrTime(this.#wallMs + this.#clock.monotonicMs() - this.#monotonicMs);
  }
}
