import type { Readable } from "node:stream";
import type { Clock, Timer } from "../../../base/clock.ts";

export interface ReadRate {
  readonly bytesPerSecond: number;
  /** Read at once after a silence. */
  readonly burstBytes: number;
}

/**
 * How much of a stream is read in a time. Beyond it the stream is paused, so that who writes has to wait: a playbook that prints or tells
 * without end costs its node neither memory nor the processor.
 */
export class ReadBudget {
  readonly #stream: Readable;
  readonly #rate: ReadRate;
  readonly #clock: Clock;
  #leftBytes: number;
  #atMs: number;
  #pause: Timer | undefined;
  #lifted = false;

  constructor(stream: Readable, rate: ReadRate, clock: Clock) {
    this.#stream = stream;
    this.#rate = rate;
    this.#clock = clock;
    this.#leftBytes = rate.burstBytes;
    this.#atMs = clock.monotonicMs();
  }

  /** So much was read, or cost as much as if it had been. */
  spend(bytes: number): void {
    if (this.#lifted) return;
    const nowMs = this.#clock.monotonicMs();
    const { bytesPerSecond, burstBytes } = this.#rate;
    const gained = ((nowMs - this.#atMs) / 1_000) * bytesPerSecond;
    this.#atMs = nowMs;
    this.#leftBytes = Math.min(burstBytes, this.#leftBytes + gained) - bytes;
    if (this.#leftBytes >= 0 || this.#pause !== undefined) return;
    this.#stream.pause();
    this.#pause = this.#clock.after((-this.#leftBytes / bytesPerSecond) * 1_000, () => {
      this.#pause = undefined;
      this.#stream.resume();
    });
  }

  /** Whoever wrote is gone: what is left is little, and read at once. */
  lift(): void {
    this.#lifted = true;
    this.#pause?.cancel();
    this.#pause = undefined;
    this.#stream.resume();
  }
}
