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

const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** A timeout of Node that never fires early: Node's own cuts off fractions of a millisecond and reads a coarser clock. */
class NodeTimer implements Timer {
  readonly #dueMs: number;
  readonly #run: () => void;
  readonly #background: boolean;
  #handle: NodeJS.Timeout;

  constructor(delayMs: number, run: () => void, background: boolean) {
    this.#dueMs = monotonicMs() + delayMs;
    this.#run = run;
    this.#background = background;
    this.#handle = this.#set(delayMs);
  }

  cancel(): void {
    clearTimeout(this.#handle);
  }

  #set(delayMs: number): NodeJS.Timeout {
    // One more: Node counts from a clock of whole milliseconds, and would often fire too early, to be set once more.
    const handle = setTimeout(this.#fire, Math.min(Math.ceil(delayMs) + 1, longestDelayMs));
    return this.#background ? handle.unref() : handle;
  }

  readonly #fire = (): void => {
    const leftMs = this.#dueMs - monotonicMs();
    if (leftMs > 0) this.#handle = this.#set(leftMs);
    else this.#run();
  };
}

/** The clock of the machine. */
export const systemClock: Clock = {
  monotonicMs,
  wallMs: () => Date.now(),
  after: (delayMs, run, background = false) =>
    new NodeTimer(Math.min(Math.max(delayMs, 0), longestDelayMs), run, background),
};
