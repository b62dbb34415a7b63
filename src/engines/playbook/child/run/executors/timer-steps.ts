import type { Clock, Timer } from "../../../../../base/clock.ts";
import type { StepResult } from "../../../journal.ts";
import { abortedResult, type ExecutedStep, type StepExecutor } from "./step-executor.ts";
import { timerMs } from "./timer-input.ts";

interface RunningTimer {
  readonly dueAtMs: number;
  readonly settled: (result: StepResult) => void;
  timer: Timer;
}

/** A clock takes no longer waits at once. */
const longestWaitMs = 2 ** 31 - 1;

/** A command that is executed again says by then what became of it, if what it asks answers at all. */
const againMs = 10_000;

/** Steps that end when their time is over since their start was kept, in whichever process. */
export class TimerSteps implements StepExecutor {
  readonly #clock: Clock;
  readonly #isAgain: boolean;
  readonly #running = new Map<number, RunningTimer>();

  /**
   * @param isAgain commands were under way when the last process was lost. They may have had their effects, and are executed again to learn
   * of it: no timeout ends before they can tell
   */
  constructor(clock: Clock, isAgain: boolean) {
    this.#clock = clock;
    this.#isAgain = isAgain;
  }

  /** When the next one ends, milliseconds since 1970; undefined: none runs. */
  get earliestMs(): number | undefined {
    const due = [...this.#running.values()].map(({ dueAtMs }) => dueAtMs);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  execute({ n, name, input, startedAtMs }: ExecutedStep, settled: (result: StepResult) => void): void {
    const ms = timerMs(input);
    const leastMs = this.#isAgain && name === "timeout" ? Math.min(ms, againMs) : 0;
    const dueAtMs = Math.max(startedAtMs + ms, this.#clock.wallMs() + leastMs);
    this.#running.set(n, { dueAtMs, settled, timer: this.#wait(n, dueAtMs) });
  }

  abort(n: number): void {
    this.#settle(n, abortedResult);
  }

  stop(): void {
    for (const n of [...this.#running.keys()]) this.abort(n);
  }

  /** At most as long as a clock can, and then again. */
  #wait(n: number, dueAtMs: number): Timer {
    const leftMs = Math.max(0, dueAtMs - this.#clock.wallMs());
    if (leftMs <= longestWaitMs) {
      return this.#clock.after(leftMs, () => this.#settle(n, { state: "done", output: null }));
    }
    return this.#clock.after(longestWaitMs, () => {
      const running = this.#running.get(n);
      if (running !== undefined) running.timer = this.#wait(n, dueAtMs);
    });
  }

  #settle(n: number, result: StepResult): void {
    const running = this.#running.get(n);
    if (running === undefined) return;
    this.#running.delete(n);
    running.timer.cancel();
    running.settled(result);
  }
}
