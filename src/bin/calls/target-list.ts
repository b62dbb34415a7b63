import { createReadStream, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { asError } from "../../base/errors.ts";
import { parseScanTarget } from "../../engines/scan/index.ts";
import { type Line, readLines } from "../process/read-lines.ts";
import { UsageError } from "../process/usage-error.ts";

/** A website that somebody wants scanned, and where it was named. */
export interface ListedTarget {
  readonly target: string;
  /** Its line in the list, from 1; `undefined`: it was given as a flag. */
  readonly line: number | undefined;
}

/** Bytes of a line, at most: no target is longer. */
const longestLine = 4_096;
const textOf = ({ bytes, number }: Line, name: string): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: number !== 1 }).decode(bytes).trim();
  } catch (cause) {
    throw new UsageError(`${name}:${number}: is not UTF-8`, cause);
  }
};

/** A folder is named as this machine knows it; where it is meant on another machine, its path has to be absolute. */
const folderOf = (target: string): string =>
  /^\.{0,2}\//.test(target) || statSync(target, { throwIfNoEntry: false })?.isDirectory() === true
    ? resolve(target)
    : target;

const checked = (given: string, place: string): string => {
  try {
    const target = folderOf(given);
    parseScanTarget(target);
    return target;
  } catch (cause) {
    throw new UsageError(`${place}${asError(cause).message}`, cause);
  }
};

const open = (list: string, stdin: Readable): { readonly stream: Readable; readonly name: string } =>
  list === "-" ? { stream: stdin, name: "standard input" } : { stream: createReadStream(list), name: list };

/** The chunks of a list; reading ends early, without an error, when the signal aborts. */
async function* chunksOf(stream: Readable, name: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const end = (): void => void stream.destroy();
  signal.addEventListener("abort", end);
  try {
    if (!signal.aborted) yield* stream as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (!signal.aborted) throw new UsageError(`-l ${name}: cannot be read: ${asError(cause).message}`, cause);
  } finally {
    signal.removeEventListener("abort", end);
    stream.destroy();
  }
}

/**
 * The targets of a list, one a line, as they are read: any number of lines takes the memory of one. Blank lines and lines that begin with
 * `#` are skipped, as is the white space around a target.
 *
 * @param list a file, or `-` for standard input
 * @param signal ends the reading; what was read until then has been yielded
 * @throws UsageError with the line that is no target, too long or not UTF-8
 */
export async function* listedTargets(
  list: string,
  signal: AbortSignal,
  stdin: Readable = process.stdin,
): AsyncGenerator<ListedTarget> {
  const { stream, name } = open(list, stdin);
  for await (const line of readLines(chunksOf(stream, name, signal), name, longestLine)) {
    const text = textOf(line, name);
    if (text === "" || text.startsWith("#")) continue;
    yield { target: checked(text, `${name}:${line.number}: `), line: line.number };
  }
}

/** Targets given as flags. @throws UsageError */
export const givenTargets = (targets: readonly string[]): readonly ListedTarget[] =>
  targets.map((target) => ({ target: checked(target, ""), line: undefined }));
