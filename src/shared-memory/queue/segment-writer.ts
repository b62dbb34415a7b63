import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, writeSync } from "node:fs";
import { join } from "node:path";
import { openOwnFolder } from "../folder.ts";
import { segmentFile, segmentNumber } from "./segments.ts";

export interface SegmentWriterSetup {
  /** The folder `writers`. */
  readonly folder: string;
  /** Name of this writer's own folder in it (`writerFolder`). */
  readonly writer: string;
  /** After so many bytes the next file is begun. */
  readonly segmentBytes: number;
  /** With so many files that nobody has read, nothing more is written. */
  readonly maxSegments: number;
}

/**
 * One writer's part of the queue: files in a folder of its own, to which it alone appends, so that no process waits for another, whether
 * that one is busy, frozen or dead. Bytes that were written survive the end of the process.
 */
export class SegmentWriter {
  readonly #setup: SegmentWriterSetup;
  readonly #path: string;
  #number = 0;
  #file: number | undefined;
  #bytes = 0;

  /** @throws SharedMemoryError when the folder cannot be used */
  constructor(setup: SegmentWriterSetup) {
    this.#setup = setup;
    this.#path = join(setup.folder, setup.writer);
    openOwnFolder(setup.folder);
    openOwnFolder(this.#path);
  }

  /** @returns false when it was not written: the queue is full, or the memory */
  append(frame: Buffer): boolean {
    try {
      const file = this.#fileFor(frame.length);
      if (file === undefined) return false;
      const written = writeSync(file, frame);
      this.#bytes += written;
      if (written === frame.length) return true;
    } catch {
      // No space left, or the folder was taken away: the next append begins another file.
    }
    // What stands there now is no frame: a reader gives up the rest of this file.
    this.#end();
    return false;
  }

  close(): void {
    this.#end();
  }

  #fileFor(bytes: number): number | undefined {
    const hasRoom = this.#bytes + bytes <= this.#setup.segmentBytes;
    // It may have been taken away, as by a person who cleans up: nobody would read what comes into it.
    if (this.#file !== undefined && hasRoom && fstatSync(this.#file).nlink > 0) return this.#file;
    mkdirSync(this.#path, { recursive: true, mode: 0o700 });
    const unread = readdirSync(this.#path).filter((file) => segmentNumber(file) !== undefined).length;
    if (unread >= this.#setup.maxSegments) return undefined;
    this.#end();
    this.#number += 1;
    this.#file = openSync(join(this.#path, segmentFile(this.#number)), "wx", 0o600);
    return this.#file;
  }

  #end(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#bytes = 0;
  }
}
