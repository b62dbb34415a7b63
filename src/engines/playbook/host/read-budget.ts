import type { Readable } from "node:stream";
import type { Clock, Timer } from "../../../base/clock.ts";

export interface ReadRate {
  readonly bytesPerSecond: number;
  /** Read at once after a silence. */
  readonly burstBytes: number;
}

/** What a read costs beside its bytes: one of a single byte takes the processor for as long as one of many. */
const readBytes = 256;

/**
 * How much of a stream is read in a time. Beyond it the stream is paused, so that who writes has to wait: a playbook that prints or tells
 * without end costs its node neither memory nor the processor. It counts what is read by itself.
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
    stream.on("data", (chunk: Buffer | string) => this.spend(Buffer.byteLength(chunk) + readBytes));
  }

  /** What was read costs so much more. */
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
