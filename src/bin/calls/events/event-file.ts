import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { asError } from "../../../base/errors.ts";
import { eventBounds } from "../../../engines/events/index.ts";
import { UsageError } from "../../process/usage-error.ts";
import { cutJson, isBlank } from "./cut-json.ts";
import { cutLines, type Piece } from "./cut-lines.ts";

/** A file with events, or standard input, as it was named. */
export interface EventFile {
  readonly stream: Readable;
  /** For messages. */
  readonly name: string;
  /** `undefined`: nobody knows how much will come. */
  readonly bytes: number | undefined;
  /** How much has been read. */
  readonly bytesRead: () => number;
}

/** White space around the values of an event is no part of it. */
const longestBytes = 4 * eventBounds.bytes;
/** Of the bytes that say how a file is laid out. */
const longestHead = 2 * longestBytes;
const openArray = "[".charCodeAt(0);
const openObject = "{".charCodeAt(0);
const lineFeed = 0x0a;

/**
 * Opens a file of events, `-` for standard input.
 * @throws UsageError when there is no such file
 */
export const openEventFile = async (file: string, stdin: Readable = process.stdin): Promise<EventFile> => {
  if (file === "-") return { stream: stdin, name: "standard input", bytes: undefined, bytesRead: () => 0 };
  try {
    const facts = await stat(file);
    if (facts.isDirectory()) throw new Error("it is a folder");
    const stream = createReadStream(file);
    const bytes = facts.isFile() ? facts.size : undefined;
    return { stream, name: file, bytes, bytesRead: () => stream.bytesRead };
  } catch (cause) {
    throw new UsageError(`${file}: cannot be read: ${asError(cause).message}`, cause);
  }
};

/** The bytes of the file; reading ends early, without an error, when the signal aborts. */
async function* chunksOf({ stream, name }: EventFile, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const end = (): void => void stream.destroy();
  signal.addEventListener("abort", end);
  try {
    if (!signal.aborted) yield* stream as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (!signal.aborted) throw new UsageError(`${name}: cannot be read: ${asError(cause).message}`, cause);
  } finally {
    signal.removeEventListener("abort", end);
    stream.destroy();
  }
}

type Layout = "lines" | "array" | "row";

const isJson = (bytes: Uint8Array): boolean => {
  try {
    JSON.parse(Buffer.from(bytes).toString("utf8"));
    return true;
  } catch {
    return false;
  }
};

/** `undefined`: more has to be read to know it. */
const layoutOf = (head: Buffer, isWhole: boolean): Layout | undefined => {
  const first = head.findIndex((value) => !isBlank(value));
  if (first === -1) return isWhole ? "lines" : undefined;
  if (head[first] === openArray) return "array";
  if (head[first] !== openObject) return "lines";
  const end = head.indexOf(lineFeed, first);
  if (end === -1 && !isWhole && head.length < longestHead) return undefined;
  return end !== -1 && !isJson(head.subarray(first, end)) ? "row" : "lines";
};

async function* joined(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The parts of a file that are events, as they are read: an event a line (JSON or CEF); one JSON array; or JSON objects one after another,
 * each over several lines. Which one it is, its beginning says: what begins with `[` is an array, and an object that its first line does
 * not close is one over several lines. Blank lines are skipped. A file of any size takes the memory of an event.
 *
 * @param signal ends the reading; what was read until then has been yielded
 * @throws UsageError with the line from which on nobody can tell where an event begins
 */
export async function* eventPieces(file: EventFile, signal: AbortSignal): AsyncGenerator<Piece> {
  const chunks = chunksOf(file, signal);
  let head = Buffer.alloc(0);
  let layout: Layout | undefined;
  while (layout === undefined) {
    const next = await chunks.next();
    if (next.done !== true) head = Buffer.concat([head, next.value]);
    if (head.indexOf(byteOrderMark) === 0) head = head.subarray(byteOrderMark.length);
    layout = layoutOf(head, next.done === true);
  }
  const all = joined(head, chunks);
  const { name } = file;
  const pieces =
    layout === "lines" ? cutLines(all, longestBytes) : cutJson(all, layout, { name, longest: longestBytes });
  try {
    for await (const piece of pieces) {
      // What was cut off is no event.
      if (signal.aborted) return;
      if (layout !== "lines" || piece.bytes?.every(isBlank) !== true) yield piece;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
