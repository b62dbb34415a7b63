import { closeSync, existsSync, openSync, readSync, writeSync } from "node:fs";
import { systemClock } from "../../../src/base/clock.ts";

/**
 * What an owner writes down before it acts and after it has heard what became of it.
 *
 * - `granted`, `stopped`: begin and end of one life of the owner's actor.
 * - `sent`: a write is about to be sent; then one of `accepted`, `refused` (the fence), `conflict` (the expected version) and `unknown`
 *   (no answer came: it may have been made). A process that was killed in between leaves no answer.
 * - `found`: what the store had when it was read.
 * - `effect`: something outside was done, which no fence can refuse.
 */
export type OwnerVerb =
  "granted" | "stopped" | "sent" | "accepted" | "refused" | "conflict" | "unknown" | "found" | "effect";

/**
 * Which record a write is of. Of `fenced` only the token keeps others from writing; `counted` is written at its expected version too, so
 * that its counts have neither gaps nor duplicates.
 */
export type OwnedRecord = "fenced" | "counted" | "none";

export interface OwnerFact {
  readonly verb: OwnerVerb;
  /** What is owned: kind and shard. */
  readonly owned: string;
  readonly record: OwnedRecord;
  readonly token: number;
  /** Of the write; 0 where there is none. */
  readonly count: number;
  /** The commit's place in the order of the space; 0 where it is unknown. */
  readonly revision: number;
  /** Until when the owner may act, as it knew then; −∞ when it knew that it is over. */
  readonly deadlineMs: number;
}

/** A line of the log. Times are of the machine's monotonic clock, which all processes share. */
export interface OwnerEvent extends OwnerFact {
  /** The process that wrote it: one incarnation of a node. */
  readonly writer: string;
  readonly atMs: number;
}

/** The events of each thing, in the order given. */
export const byThing = (events: readonly OwnerEvent[]): ReadonlyMap<string, readonly OwnerEvent[]> => {
  const things = new Map<string, OwnerEvent[]>();
  for (const event of events) {
    const mine = things.get(event.owned);
    if (mine === undefined) things.set(event.owned, [event]);
    else mine.push(event);
  }
  return things;
};

const newline = 0x0a;
const pieceBytes = 256 * 1024;

/** The writing end, of one process. */
export class OwnerLog {
  readonly #file: number;

  constructor(file: string) {
    this.#file = openSync(file, "a");
  }

  write(
    { verb, owned, record, token, count, revision, deadlineMs }: OwnerFact,
    atMs = systemClock.monotonicMs(),
  ): void {
    writeSync(this.#file, `${[verb, owned, record, token, count, revision, deadlineMs, atMs].join(" ")}\n`);
  }
}

/** The reading end, of the process that started the writer: what has been written since it last looked. */
export class OwnerLogReader {
  readonly #path: string;
  readonly #writer: string;
  #file: number | undefined;
  #readTo = 0;
  /** The begin of a line whose end is not there yet. A kill may have cut it short for ever. */
  #begun = "";

  constructor(path: string, writer: string) {
    this.#path = path;
    this.#writer = writer;
  }

  more(): OwnerEvent[] {
    if (this.#file === undefined && !existsSync(this.#path)) return [];
    this.#file ??= openSync(this.#path, "r");
    const events: OwnerEvent[] = [];
    const piece = Buffer.alloc(pieceBytes);
    for (;;) {
      const bytes = readSync(this.#file, piece, 0, pieceBytes, this.#readTo);
      if (bytes === 0) return events;
      this.#readTo += bytes;
      const end = piece.subarray(0, bytes).lastIndexOf(newline);
      const text = this.#begun + piece.toString("latin1", 0, bytes);
      if (end === -1) {
        this.#begun = text;
        continue;
      }
      const lines = text.split("\n");
      this.#begun = lines.pop() ?? "";
      for (const line of lines) events.push(this.#parse(line));
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #parse(line: string): OwnerEvent {
    const [verb, owned = "", record, ...numbers] = line.split(" ");
    const [token = 0, count = 0, revision = 0, deadlineMs = 0, atMs = 0] = numbers.map(Number);
    return {
      ...{ writer: this.#writer, verb: verb as OwnerVerb, owned, record: record as OwnedRecord },
      ...{ token, count, revision, deadlineMs, atMs },
    };
  }
}
