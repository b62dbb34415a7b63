import type { Json } from "../../../base/json.ts";
import { playbookBounds, type LogLine } from "../../../engines/playbook/index.ts";

/** Of the lines that are kept, in UTF-8: they fit into one record. */
const mostBytes = 200 * 1024;
const bytesOf = ({ text }: LogLine): number => Buffer.byteLength(text) + 60;

/** The last lines that a run logged, over all of its executions. */
export class RunLog {
  #lines: LogLine[];
  #changed = false;

  constructor(lines: readonly LogLine[]) {
    this.#lines = [...lines];
  }

  add(lines: readonly LogLine[]): void {
    if (lines.length === 0) return;
    this.#lines.push(...lines.slice(-playbookBounds.lines));
    this.#lines = this.#lines.slice(-playbookBounds.lines);
    let bytes = this.#lines.reduce((sum, line) => sum + bytesOf(line), 0);
    const first = this.#lines.findIndex((line) => {
      if (bytes <= mostBytes) return true;
      bytes -= bytesOf(line);
      return false;
    });
    this.#lines = first === -1 ? [] : this.#lines.slice(first);
    this.#changed = true;
  }

  /** All that is kept. */
  get lines(): readonly Json[] {
    return this.#lines.map(({ atMs, level, text }) => ({ atMs, level, text }));
  }

  /** What is to be kept; `undefined`: nothing has come since the last time. */
  take(): Json | undefined {
    if (!this.#changed) return undefined;
    this.#changed = false;
    return this.lines;
  }
}
