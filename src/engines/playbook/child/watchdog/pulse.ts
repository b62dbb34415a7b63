import type { Clock } from "../../../../base/clock.ts";

/** Beats in the time after which a main thread counts as stalled. */
const beatsToStall = 8;
const shortestMs = 10;
const longestMs = 500;

/** How often a main thread beats that may be silent for `stallMs`. */
export const beatMs = (stallMs: number): number => Math.min(longestMs, Math.max(shortestMs, stallMs / beatsToStall));

/** Tells the watchdog that the main thread's event loop turns: a counter in memory that both see. 0: it does not beat yet. */
export class Pulse {
  /** For `heartbeats` on the thread of the watchdog. */
  readonly shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  readonly #counter = new Int32Array(this.shared);

  /** Beats from now on, for as long as the process lives; it does not keep it alive. */
  start(clock: Clock, stallMs: number): void {
    const beat = (): void => {
      Atomics.add(this.#counter, 0, 1);
      clock.after(beatMs(stallMs), beat, true);
    };
    beat();
  }
}
