import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { frameHeaderBytes, maxFrameBytes, readFrame } from "../frame.ts";
import { currentGeneration, tableFile } from "./table-files.ts";
import { decodeTableFrame, type TableFrame } from "./table-frame.ts";

/** What changes of the content of a table. */
export type TableChange = Exclude<TableFrame, { readonly type: "complete" | "moved" }>;

/** A table in the memory of this process. */
export interface Changeable {
  /** @throws when the change is none of such a table */
  apply(change: TableChange): void;
}

/** Of the file in force, or of the one that is to come into force. */
interface Reading<Table> {
  readonly generation: number;
  readonly file: number;
  readonly table: Table;
  offset: number;
  /** What stands there is no frame, and all that is behind it is lost. */
  isBroken: boolean;
}

const chunkBytes = 256 * 1024;

/** Follows the table of decisions that another process writes. Each step takes a bounded time and waits for nobody. */
export class TableReader<Table extends Changeable> {
  readonly #folder: string;
  readonly #create: () => Table;
  #buffer = Buffer.allocUnsafe(chunkBytes);
  #inForce: Reading<Table> | undefined;
  #coming: Reading<Table> | undefined;
  #mayHaveMoved = true;
  #broken = 0;

  constructor(folder: string, create: () => Table) {
    this.#folder = folder;
    this.#create = create;
  }

  /** The table in force; undefined while none was ever complete. */
  get table(): Table | undefined {
    return this.#inForce?.table;
  }

  /** Files of which a part could not be read. What was read of them stays in force until another file comes. */
  get broken(): number {
    return this.#broken;
  }

  /** Looks for another file at the next step. To be called now and then: a writer may have died before it could say that there is one. */
  lookForNewer(): void {
    this.#mayHaveMoved = true;
  }

  /** Takes up what came. @returns whether there is more */
  step(): boolean {
    if (this.#mayHaveMoved) this.#open();
    const moreInForce = this.#inForce !== undefined && this.#read(this.#inForce);
    const moreComing = this.#coming !== undefined && this.#read(this.#coming);
    return moreInForce || moreComing;
  }

  close(): void {
    for (const reading of [this.#inForce, this.#coming]) if (reading !== undefined) closeSync(reading.file);
    this.#inForce = undefined;
    this.#coming = undefined;
  }

  #open(): void {
    this.#mayHaveMoved = false;
    const generation = currentGeneration(this.#folder);
    const latest = this.#coming ?? this.#inForce;
    // In a folder that was made anew the numbers begin again.
    const isLatest = latest?.generation === generation && latest !== undefined && fstatSync(latest.file).nlink > 0;
    if (generation === undefined || isLatest) return;
    let file: number;
    try {
      file = openSync(join(this.#folder, tableFile(generation)), "r");
    } catch {
      // It was replaced in between; the next look finds the one after it.
      return;
    }
    if (!isOwn(file)) {
      closeSync(file);
      return;
    }
    if (this.#coming !== undefined) closeSync(this.#coming.file);
    this.#coming = { generation, file, table: this.#create(), offset: 0, isBroken: false };
  }

  /** @returns whether there is more */
  #read(reading: Reading<Table>): boolean {
    if (reading.isBroken) return false;
    const got = readSync(reading.file, this.#buffer, 0, this.#buffer.length, reading.offset);
    const bytes = this.#buffer.subarray(0, got);
    let at = 0;
    for (;;) {
      const frame = readFrame(bytes, at);
      const step = frame.kind === "frame" ? decodeTableFrame(frame.payload) : undefined;
      if (frame.kind === "broken" || (frame.kind === "frame" && step === undefined)) this.#giveUp(reading);
      if (frame.kind !== "frame" || step === undefined) break;
      at = frame.end;
      if (step.type === "moved") this.#mayHaveMoved = true;
      else if (step.type === "complete") this.#takeUp(reading);
      else if (!isApplied(reading.table, step)) {
        this.#giveUp(reading);
        break;
      }
    }
    reading.offset += at;
    const isFull = got === this.#buffer.length;
    if (isFull && at === 0) this.#grow();
    return isFull && !reading.isBroken;
  }

  #takeUp(reading: Reading<Table>): void {
    if (reading !== this.#coming) return;
    if (this.#inForce !== undefined) closeSync(this.#inForce.file);
    this.#inForce = reading;
    this.#coming = undefined;
  }

  #giveUp(reading: Reading<Table>): void {
    reading.isBroken = true;
    this.#broken += 1;
  }

  /** A frame is larger than what is read at once. */
  #grow(): void {
    this.#buffer = Buffer.allocUnsafe(frameHeaderBytes + maxFrameBytes);
  }
}

/** Who writes the table may be of another version than who reads it, which must not end by that. */
const isApplied = (table: Changeable, change: TableChange): boolean => {
  try {
    table.apply(change);
    return true;
  } catch {
    return false;
  }
};

/** Once the folder was taken away, another user may have made one of its name. */
const isOwn = (file: number): boolean => process.getuid === undefined || fstatSync(file).uid === process.getuid();
