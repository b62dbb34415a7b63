/** Lets something happen inside a process: at once, after its thaw, or never, when it is gone. */
export type Enter = (run: () => void) => void;

/**
 * What a simulated process hears of the world. While it is frozen everything waits, also what a real one would only find when it goes on:
 * due timers, answers, the end of its own work. After the thaw it comes in the order in which it would have, one thing a step.
 */
export class EventLoop {
  readonly #waiting: (() => void)[] = [];
  #frozen = false;
  #closed = false;

  get frozen(): boolean {
    return this.#frozen;
  }

  /** Whether `step` would do something. */
  get ready(): boolean {
    return !this.#frozen && this.#waiting.length > 0;
  }

  readonly enter: Enter = (run) => {
    if (this.#closed) return;
    if (this.#frozen || this.#waiting.length > 0) this.#waiting.push(run);
    else run();
  };

  step(): void {
    this.#waiting.shift()?.();
  }

  freeze(): void {
    this.#frozen = true;
  }

  thaw(): void {
    this.#frozen = false;
  }

  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
  }
}
