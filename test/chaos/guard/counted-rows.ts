import { systemClock } from "../../../src/base/clock.ts";
import { openOwnFolder, readRows, SegmentReader, sharedFolders } from "../../../src/shared-memory/index.ts";
import { writerOf } from "./accesses.ts";

const reportAgeMs = 100;
const bytesOfRead = 64 * 1024 * 1024;

/** Reads the queue as a proxy does, and counts for each writer. */
export class CountedRows {
  readonly #reader: SegmentReader;
  readonly #counted = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #unreadable = 0;
  #torn = 0;

  constructor(shared: string) {
    const { writers } = sharedFolders(shared);
    openOwnFolder(writers);
    this.#reader = new SegmentReader({ folder: writers, clock: systemClock }, []);
    this.#timer = setInterval(() => this.read(), reportAgeMs);
  }

  /** Frames that hold anything else than rows. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** Files that ended within a frame, as one does whose writer was killed in the middle of a write. */
  get torn(): number {
    return this.#torn;
  }

  /** Whether writers are left that have not been read to their end. */
  get hasRest(): boolean {
    return this.#reader.positions().length > 0;
  }

  of(writer: string): number {
    return this.#counted.get(writer) ?? 0;
  }

  read(): void {
    const { torn } = this.#reader.read(bytesOfRead, (payload) => {
      const frame = readRows(payload);
      if (frame === undefined) this.#unreadable += 1;
      for (const row of frame?.rows ?? []) {
        const writer = writerOf(row);
        this.#counted.set(writer, this.of(writer) + row.passed + row.intercepted);
      }
    });
    this.#torn += torn;
    this.#reader.release(this.#reader.positions());
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
