import type { Readable } from "node:stream";
import type { Clock } from "../../../../base/clock.ts";
import { LineSplitter } from "../../../../base/line-splitter.ts";
import { printable } from "../../../../base/printable.ts";
import { playbookBounds } from "../../playbook.ts";
import type { LogLine } from "../../runner.ts";
import { ReadBudget } from "../read-budget.ts";

const rate = { bytesPerSecond: 1_048_576, burstBytes: 4_194_304 };
/** What a line costs beside its bytes: many short ones are more work than a long one. */
const lineBytes = 32;

/** Reads what a process prints on one of its streams, as lines that can be shown, at a rate that costs its node little. */
export class ProcessOutput {
  readonly #budget: ReadBudget;

  constructor(stream: Readable, level: LogLine["level"], clock: Clock, onLines: (lines: readonly LogLine[]) => void) {
    this.#budget = new ReadBudget(stream, rate, clock);
    let lines: LogLine[] = [];
    const splitter = new LineSplitter(playbookBounds.lineChars, (line) => {
      lines.push({ atMs: clock.wallMs(), level, text: printable(line, playbookBounds.lineChars) });
    });
    const tell = (): void => {
      const told = lines;
      lines = [];
      if (told.length > 0) onLines(told);
    };
    stream.setEncoding("utf8").on("data", (text: string) => {
      splitter.push(text);
      this.#budget.spend(lines.length * lineBytes);
      tell();
    });
    stream.on("end", () => {
      splitter.end();
      tell();
    });
    // What cannot be read is over: the process says how it went.
    stream.on("error", () => undefined);
  }

  /** The process is gone: what it had printed is read at once. */
  finish(): void {
    this.#budget.lift();
  }
}
