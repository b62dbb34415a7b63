import type { StartThread } from "../../src/store/embedded/index.ts";
import { ManualClock } from "./manual-clock.ts";
import { startThread } from "./start-thread.ts";

/** Starts a store thread with the clock of the machine. */
export const startStoreThread: StartThread = (settings) =>
  startThread("../../src/bin/store-thread", import.meta.url, settings);

/** A manual clock that store threads can read too. */
export class SharedClock extends ManualClock {
  readonly #time = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));

  constructor() {
    super();
    this.#time[0] = this.monotonicMs();
  }

  override advance(ms: number): void {
    super.advance(ms);
    this.#time[0] = this.monotonicMs();
  }

  /** Starts store threads that live in the time of this clock. */
  readonly startStoreThread: StartThread = (settings) =>
    startThread("./shared-clock-store-thread", import.meta.url, { settings, time: this.#time });
}
