import type { Clock, Timer } from "../../../../base/clock.ts";
import { playbookBounds } from "../../playbook.ts";
import type { LogLine } from "../../runner.ts";

const flushMs = 50;

/** Gathers what a playbook logs. Of lines that come faster than they are sent the last ones are kept, and how many are missing is told. */
export class RunLog {
  readonly #send: (lines: readonly LogLine[]) => void;
  readonly #clock: Clock;
  #lines: LogLine[] = [];
  #dropped = 0;
  #timer: Timer | undefined;

  constructor(send: (lines: readonly LogLine[]) => void, clock: Clock) {
    this.#send = send;
    this.#clock = clock;
  }

  readonly add = (line: LogLine): void => {
    this.#lines.push(line);
    // One is left for what is said of the others.
    if (this.#lines.length >= playbookBounds.lines) {
      this.#lines.shift();
      this.#dropped += 1;
    }
    this.#timer ??= this.#clock.after(flushMs, this.flush, true);
  };

  /** Sends what there is at once. */
  readonly flush = (): void => {
    this.#timer?.cancel();
    this.#timer = undefined;
    const [first] = this.#lines;
    if (first === undefined) return;
    const missing: LogLine = { ...first, level: "warn", text: `${this.#dropped} earlier lines are left out` };
    this.#send(this.#dropped === 0 ? this.#lines : [missing, ...this.#lines]);
    this.#lines = [];
    this.#dropped = 0;
  };
}
