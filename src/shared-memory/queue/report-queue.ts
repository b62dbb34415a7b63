import type { Clock, Timer } from "../../base/clock.ts";
import { AccessFold, type FoldedAccess } from "../accesses/access-fold.ts";
import { RowWriter } from "../accesses/row-writer.ts";
import { sharedFolders } from "../folder.ts";
import { ownMark } from "./process-mark.ts";
import { SegmentWriter } from "./segment-writer.ts";
import { writerFolder } from "./segments.ts";

export interface ReportQueueOptions {
  /** The folder that all processes of the host share. */
  readonly folder: string;
  readonly clock: Clock;
  /** Tells the queues of one process apart: lower-case letters and digits, at most 16. */
  readonly tail: string;
  /** Accesses are written after this time at the latest … */
  readonly foldMs: number;
  /** … or when there are so many. Together with the one write under way this is what a killed process loses. */
  readonly foldAccesses: number;
  readonly segmentBytes: number;
  readonly maxSegments: number;
}

const rowsBytes = 64 * 1024;

/** Accesses of this process on their way into the queue that all processes of the host share. Nothing here waits for another process. */
export class ReportQueue {
  readonly #options: ReportQueueOptions;
  readonly #fold = new AccessFold();
  readonly #rows = new RowWriter(rowsBytes);
  readonly #segments: SegmentWriter;
  #timer: Timer | undefined;
  /** When the oldest access came that is not written. */
  #oldestMs: number | undefined;
  #dropped = 0;
  #recorded = 0;

  /** @throws SharedMemoryError when the folder cannot be used */
  constructor(options: ReportQueueOptions) {
    const { folder, tail, segmentBytes, maxSegments } = options;
    this.#options = options;
    const writer = writerFolder({ mark: ownMark(), tail });
    this.#segments = new SegmentWriter({ folder: sharedFolders(folder).writers, writer, segmentBytes, maxSegments });
  }

  /** Accesses that were given, and those of them that could not be written because the queue or the memory was full. */
  get counts(): { readonly recorded: number; readonly dropped: number } {
    return { recorded: this.#recorded, dropped: this.#dropped };
  }

  /** @param nowMs the time now, of the same clock in each call */
  add(access: FoldedAccess, nowMs: number): void {
    this.#recorded += 1;
    this.#fold.add(access);
    this.#oldestMs ??= nowMs;
    // The timer is late in a process that is busy.
    const isOld = nowMs - this.#oldestMs >= this.#options.foldMs;
    if (isOld || this.#fold.accesses >= this.#options.foldAccesses) this.flush();
    else this.#timer ??= this.#options.clock.after(this.#options.foldMs, () => this.flush(), true);
  }

  /** Writes all that it has. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#oldestMs = undefined;
    let accesses = 0;
    this.#rows.begin({ dropped: this.#dropped });
    for (const row of this.#fold.take()) {
      if (!this.#rows.hasRoom) {
        this.#write(accesses);
        accesses = 0;
        this.#rows.begin({ dropped: this.#dropped });
      }
      this.#rows.add(row);
      accesses += row.passed + row.intercepted;
    }
    if (accesses > 0) this.#write(accesses);
  }

  /** Writes all that it has, and ends. */
  close(): void {
    this.flush();
    this.#segments.close();
  }

  #write(accesses: number): void {
    if (!this.#segments.append(this.#rows.frame())) this.#dropped += accesses;
  }
}
