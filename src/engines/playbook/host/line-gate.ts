import type { Clock } from "../../../base/clock.ts";
import { playbookBounds } from "../playbook.ts";
import type { LogLine } from "../runner.ts";

/** Of a run, kept at once after a silence and in a second. */
const burstLines = playbookBounds.lines;
const linesPerSecond = 50;

/** Passes on the lines of one run, up to a rate. How many it left out is a line of its own. */
export class LineGate {
  readonly #pass: (lines: readonly LogLine[]) => void;
  readonly #clock: Clock;
  #left: number = burstLines;
  #atMs: number;
  #leftOut = 0;

  constructor(clock: Clock, pass: (lines: readonly LogLine[]) => void) {
    this.#clock = clock;
    this.#pass = pass;
    this.#atMs = clock.monotonicMs();
  }

  add(lines: readonly LogLine[]): void {
    const nowMs = this.#clock.monotonicMs();
    this.#left = Math.min(burstLines, this.#left + ((nowMs - this.#atMs) / 1_000) * linesPerSecond);
    this.#atMs = nowMs;
    const kept = lines.slice(0, Math.floor(this.#left));
    this.#left -= kept.length;
    if (kept.length > 0) this.#pass([...this.#told(), ...kept]);
    this.#leftOut += lines.length - kept.length;
  }

  /** There are no more lines. */
  end(): void {
    const told = this.#told();
    if (told.length > 0) this.#pass(told);
  }

  #told(): readonly LogLine[] {
    const count = this.#leftOut;
    if (count === 0) return [];
    this.#leftOut = 0;
    return [{ atMs: this.#clock.wallMs(), level: "warn", text: `${count} lines were left out: there were too many` }];
  }
}
