import { closeSync, openSync, readdirSync, readSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { frameHeaderBytes, maxFrameBytes, readFrame } from "../frame.ts";
import { lifeOf } from "./process-mark.ts";
import { parseWriterFolder, segmentFile, segmentNumber, type Position } from "./segments.ts";

export interface SegmentReaderSetup {
  /** The folder `writers`. */
  readonly folder: string;
  readonly clock: Clock;
}

/**
 * A writer of another PID namespace that has written nothing for so long counts as gone. Should it be there all the same, it goes on in
 * another file.
 */
const silentMs = 60_000;

/** What one look at the queue found. */
export interface QueueRead {
  readonly bytes: number;
  /** Files whose rest is no frame, although nothing more will be appended to them. */
  readonly torn: number;
  /** Whether more is there than was to be read at once. */
  readonly more: boolean;
}

/** `segment` 0: nothing of it has been read. */
interface Place {
  segment: number;
  offset: number;
}

/**
 * Reads what all writers of the queue have appended, each in its order. What was read stays in the files until `release`, so that it can
 * be read again by a reader that begins where another one was.
 */
export class SegmentReader {
  readonly #setup: SegmentReaderSetup;
  readonly #places = new Map<string, Place>();
  /** Where the next read begins, so that one writer who has much does not keep the others waiting. */
  #next: string | undefined;
  /** Holds any frame whole. */
  readonly #chunk = Buffer.allocUnsafe(frameHeaderBytes + maxFrameBytes);

  /** @param positions how far another reader was */
  constructor(setup: SegmentReaderSetup, positions: readonly Position[]) {
    this.#setup = setup;
    for (const { writer, segment, offset } of positions) this.#places.set(writer, { segment, offset });
  }

  /** How far it is now. */
  positions(): readonly Position[] {
    return [...this.#places].map(([writer, place]) => ({ writer, ...place }));
  }

  /** Hands each new payload to `take`, a view that is valid during the call, until they have `maxBytes` in all. */
  read(maxBytes: number, take: (payload: Buffer, writer: string) => void): QueueRead {
    let [bytes, torn, more] = [0, 0, false];
    const writers = this.#writers();
    const first = Math.max(0, this.#next === undefined ? 0 : writers.indexOf(this.#next));
    for (const writer of [...writers.slice(first), ...writers.slice(0, first)]) {
      this.#next = writer;
      if (bytes >= maxBytes) {
        more = true;
        break;
      }
      const read = this.#readWriter(writer, maxBytes - bytes, take);
      bytes += read.bytes;
      torn += read.torn;
      more ||= read.more;
    }
    return { bytes, torn, more };
  }

  /**
   * Removes the files that lie before these positions, and the folders of writers that are gone and have been read to their end. To be
   * called when what was read up to there is safe elsewhere.
   */
  release(positions: readonly Position[]): void {
    const kept = new Map(positions.map((position) => [position.writer, position]));
    const writers = this.#writers();
    for (const writer of this.#places.keys()) if (!writers.includes(writer)) this.#places.delete(writer);
    for (const writer of writers) {
      const position = kept.get(writer) ?? { segment: 0, offset: 0 };
      for (const number of this.#numbers(writer).filter((each) => each < position.segment)) {
        rmSync(this.#path(writer, number), { recursive: true, force: true });
      }
      if (this.#isSpent(writer, position)) {
        rmSync(join(this.#setup.folder, writer), { recursive: true, force: true });
        this.#places.delete(writer);
      }
    }
  }

  #isSpent(writer: string, { segment, offset }: Place): boolean {
    // In this order: what it wrote last is there once it is gone.
    if (this.#lives(writer) || this.#numbers(writer).some((number) => number > segment)) return false;
    const place = this.#places.get(writer) ?? { segment: 0, offset: 0 };
    return place.segment === segment && place.offset === offset && this.#size(writer, segment) <= offset;
  }

  #readWriter(writer: string, maxBytes: number, take: (payload: Buffer, writer: string) => void): QueueRead {
    let [bytes, torn] = [0, 0];
    for (;;) {
      // In this order: once a later file is there, nothing more comes into this one.
      const next = this.#numbers(writer).find((number) => number > (this.#places.get(writer)?.segment ?? 0));
      const ended = next !== undefined || !this.#lives(writer);
      const place = this.#places.get(writer);
      const read = place === undefined ? 0 : this.#readSegment(writer, place, maxBytes - bytes, take);
      bytes += read;
      if (read > 0 && bytes >= maxBytes) return { bytes, torn, more: true };
      if (read > 0) continue;
      if (!ended) return { bytes, torn, more: false };
      if (place !== undefined && this.#size(writer, place.segment) > place.offset) {
        torn += 1;
        place.offset = this.#size(writer, place.segment);
      }
      if (next === undefined) return { bytes, torn, more: false };
      this.#places.set(writer, { segment: next, offset: 0 });
    }
  }

  /** @returns how many bytes of whole frames there were */
  #readSegment(
    writer: string,
    place: Place,
    maxBytes: number,
    take: (payload: Buffer, writer: string) => void,
  ): number {
    const got = this.#readBytes(writer, place);
    let at = 0;
    while (at < maxBytes) {
      const frame = readFrame(this.#chunk.subarray(0, got), at);
      if (frame.kind !== "frame") break;
      take(frame.payload, writer);
      at = frame.end;
    }
    place.offset += at;
    return at;
  }

  #readBytes(writer: string, { segment, offset }: Place): number {
    let file: number | undefined;
    try {
      file = openSync(this.#path(writer, segment), "r");
      return readSync(file, this.#chunk, 0, this.#chunk.length, offset);
    } catch {
      // It was taken away, or is no file: nothing of it can be read.
      return 0;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  #size(writer: string, segment: number): number {
    try {
      return statSync(this.#path(writer, segment)).size;
    } catch {
      return 0;
    }
  }

  #lives(writer: string): boolean {
    const name = parseWriterFolder(writer);
    const life = name === undefined ? "gone" : lifeOf(name.mark);
    return life === "unknown" ? !this.#isSilent(writer) : life === "alive";
  }

  #isSilent(writer: string): boolean {
    const last = this.#numbers(writer).at(-1);
    const path = last === undefined ? join(this.#setup.folder, writer) : this.#path(writer, last);
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
    return this.#setup.clock.wallMs() - mtimeMs > silentMs;
  }

  #writers(): readonly string[] {
    return readdirSync(this.#setup.folder).filter((folder) => parseWriterFolder(folder) !== undefined);
  }

  #numbers(writer: string): readonly number[] {
    try {
      return readdirSync(join(this.#setup.folder, writer))
        .flatMap((file) => segmentNumber(file) ?? [])
        .toSorted((one, other) => one - other);
    } catch {
      return [];
    }
  }

  #path(writer: string, segment: number): string {
    return join(this.#setup.folder, writer, segmentFile(segment));
  }
}
