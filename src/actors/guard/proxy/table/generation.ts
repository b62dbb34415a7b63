import { nextTurn } from "../../../../base/event-loop.ts";
import { TableWriter, type TableChange } from "../../../../shared-memory/index.ts";
import type { HostTable } from "./host-table.ts";

/** A file with so much of what does not hold any more is replaced … */
const mostTimes = 4;
/** … but not a short one. */
const leastBytes = 4 * 1024 * 1024;

/** A file of the table that front ends read, from its publication on. */
export class Generation {
  readonly #writer: TableWriter;
  readonly #begunBytes: number;

  private constructor(writer: TableWriter) {
    this.#writer = writer;
    this.#begunBytes = writer.bytes;
  }

  /**
   * Writes all of a table, which must not change meanwhile, and puts it in force. It takes many turns of the event loop.
   * @returns undefined: the signal was aborted
   * @throws what the system says when it cannot be written
   */
  static async begin(folder: string, table: HostTable, signal: AbortSignal): Promise<Generation | undefined> {
    const writer = new TableWriter(folder);
    try {
      for (const step of table.all()) {
        writer.append(step);
        await nextTurn();
        if (signal.aborted) break;
      }
      if (!signal.aborted) writer.publish();
    } catch (thrown) {
      writer.close();
      throw thrown;
    }
    if (!signal.aborted) return new Generation(writer);
    writer.close();
    return undefined;
  }

  get bytes(): number {
    return this.#writer.bytes;
  }

  /** Whether most of it does not hold any more, so that who reads it from the beginning loses time, and memory is wasted. */
  get isOutgrown(): boolean {
    return this.bytes > Math.max(leastBytes, mostTimes * this.#begunBytes);
  }

  /** @throws when it cannot be written, or front ends cannot find it any more: then another generation has to come */
  append(changes: readonly TableChange[]): void {
    if (this.#writer.isGone) throw new Error("the file of the table was taken away");
    for (const change of changes) this.#writer.append(change);
  }

  close(): void {
    this.#writer.close();
  }
}
