import { closeSync, fstatSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { openOwnFolder } from "../folder.ts";
import { frameOf } from "../frame.ts";
import { currentFile, currentGeneration, generationsIn, tableFile } from "./table-files.ts";
import { encodeTableFrame, type TableFrame } from "./table-frame.ts";

/**
 * One generation of the table of decisions, to which one process of the host appends. Front ends take it up once it is complete, and go on
 * with the one before until then.
 */
export class TableWriter {
  readonly #folder: string;
  readonly #generation: number;
  readonly #file: number;
  #bytes = 0;
  #published = false;

  /** @throws SharedMemoryError when the folder cannot be used */
  constructor(folder: string) {
    openOwnFolder(folder);
    this.#folder = folder;
    this.#generation = (generationsIn(folder).at(-1) ?? 0) + 1;
    this.#file = openSync(join(folder, tableFile(this.#generation)), "ax", 0o600);
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether its file was taken away, as by a person who cleans up: front ends that begin from now on cannot find it. */
  get isGone(): boolean {
    return fstatSync(this.#file).nlink === 0;
  }

  append(step: TableFrame): void {
    const frame = frameOf(encodeTableFrame(step));
    for (let at = 0; at < frame.length;) at += writeSync(this.#file, frame, at);
    this.#bytes += frame.length;
  }

  /** What was appended is a whole table, which front ends are to use from now on. Generations before the previous one are removed. */
  publish(): void {
    if (this.#published) return;
    this.append({ type: "complete" });
    const previous = currentGeneration(this.#folder);
    const next = join(this.#folder, `${currentFile}.${this.#generation}`);
    writeFileSync(next, tableFile(this.#generation), { mode: 0o600 });
    renameSync(next, join(this.#folder, currentFile));
    this.#published = true;
    for (const generation of generationsIn(this.#folder)) {
      if (generation === this.#generation) continue;
      const path = join(this.#folder, tableFile(generation));
      if (generation === previous) writeFileSync(path, frameOf(encodeTableFrame({ type: "moved" })), { flag: "a" });
      else rmSync(path, { force: true });
    }
  }

  /** Ends. One that was never published is removed. */
  close(): void {
    closeSync(this.#file);
    if (!this.#published) rmSync(join(this.#folder, tableFile(this.#generation)), { force: true });
  }
}
