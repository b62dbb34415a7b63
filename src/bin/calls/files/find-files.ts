import type { Dirent, Stats } from "node:fs";
import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";
import { asError } from "../../../base/errors.ts";
import { UsageError } from "../../process/usage-error.ts";

/** A file, or something that is none and is not looked at, with the reason. */
export type Found = { readonly path: string } | { readonly path: string; readonly skipped: string };

type Kind = Pick<Dirent | Stats, "isSymbolicLink" | "isFIFO" | "isSocket" | "isBlockDevice" | "isCharacterDevice">;

/** Folders within folders. */
const mostDepth = 200;

const whatElse = (entry: Kind): string => {
  if (entry.isSymbolicLink()) return "a symbolic link: what it names is not looked at";
  if (entry.isFIFO()) return "a FIFO";
  if (entry.isSocket()) return "a socket";
  if (entry.isBlockDevice() || entry.isCharacterDevice()) return "a device";
  return "no file";
};

/**
 * The files at some paths, those of folders in the order of their names, as they are found. Links are not followed: a folder ends, and
 * nothing outside it is read.
 *
 * @throws UsageError, before anything is found, for a path where nothing is
 */
export async function* findFiles(paths: readonly string[], signal: AbortSignal): AsyncGenerator<Found> {
  for (const path of paths) await kindOf(path);
  for (const path of paths) yield* below(path, await kindOf(path), 0, signal);
}

const kindOf = async (path: string): Promise<Stats> => {
  try {
    return await lstat(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${asError(error).message}`, error);
  }
};

async function* below(path: string, entry: Stats | Dirent, depth: number, signal: AbortSignal): AsyncGenerator<Found> {
  if (signal.aborted) return;
  if (entry.isFile()) yield { path };
  else if (!entry.isDirectory()) yield { path, skipped: whatElse(entry) };
  else if (depth >= mostDepth) yield { path, skipped: `deeper than ${mostDepth} folders` };
  else {
    const entries = await entriesOf(path);
    if (typeof entries === "string") yield { path, skipped: entries };
    else for (const inside of entries) yield* below(join(path, inside.name), inside, depth + 1, signal);
  }
}

/** The entries of a folder, or why they cannot be had. */
const entriesOf = async (folder: string): Promise<readonly Dirent[] | string> => {
  try {
    const entries: Dirent[] = [];
    for await (const entry of await opendir(folder)) entries.push(entry);
    return entries.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  } catch (error) {
    return `cannot be read: ${asError(error).message}`;
  }
};
