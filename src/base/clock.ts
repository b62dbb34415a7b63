/** A scheduled call that has not happened yet. `cancel` is idempotent and harmless once the call has happened. */
export interface Timer {
  cancel(): void;
}

/**
 * The only source of time. Everything takes a clock as an argument, so that tests and the simulation decide
 * what time it is.
 */
export interface Clock {
  /**
   * Milliseconds (with fractions) that never go back. On Linux this is CLOCK_MONOTONIC: every process of one
   * machine reads the same value, and it starts again at boot.
   */
  monotonicMs(): number;
  /** Milliseconds since 1970 (UTC). May jump; only for people to read and for ages of days. */
  wallMs(): number;
  /**
   * Runs `run` once, not before `delayMs` (≥ 0, at most 2³¹ − 1; larger values are shortened to that) have passed.
   * The timer keeps the process alive unless `background` is true.
   */
  after(delayMs: number, run: () => void, background?: boolean): Timer;
}

const longestDelayMs = 2 ** 31 - 1;

class NodeTimer implements Timer {
  readonly #handle: NodeJS.Timeout;
  constructor(handle: NodeJS.Timeout) {
    this.#handle = handle;
  }
  cancel(): void {
    clearTimeout(this.#handle);
  }
}

/** The clock of the machine. */
export const systemClock: Clock = {
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
  wallMs: () => Date.now(),
  after: (delayMs, run, background = false) => {
    const handle = setTimeout(run, Math.min(Math.max(delayMs, 0), longestDelayMs));
    if (background) handle.unref();
    return new NodeTimer(handle);
  },
};
