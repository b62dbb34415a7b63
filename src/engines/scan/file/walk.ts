import { constants } from "node:fs";
import { type FileHandle, open, readdir, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { fileLimits } from "./limits.ts";

/**
 * The regular files of a folder and of those within it, sorted by name. No link is followed. A path of a file is that
 * file alone.
 *
 * @param onProblem told of what cannot be read, and of what is left out
 * @throws Error when the path itself cannot be read
 */
export async function* filesOf(
  root: string,
  onProblem: (path: string, problem: string) => void,
  depth = 0,
): AsyncGenerator<string> {
  const entries = await readdir(root, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(root, entry.name);
    if (entry.isFile()) yield path;
    if (!entry.isDirectory()) continue;
    if (depth >= fileLimits.depth) {
      onProblem(path, `left out: it is more than ${fileLimits.depth} folders deep`);
      continue;
    }
    try {
      yield* filesOf(path, onProblem, depth + 1);
    } catch (thrown) {
      onProblem(path, thrown instanceof Error ? thrown.message : String(thrown));
    }
  }
}

/**
 * The first bytes of a regular file that lies in the folder, wherever links lead.
 *
 * @param root as `realpath` has it
 * @throws Error when it cannot be read, or is somewhere else
 */
export const readWithin = async (
  root: string,
  path: string,
  maxBytes: number,
): Promise<{ readonly bytes: Buffer; readonly size: number }> => {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = await file.stat();
    const real = await realpath(path);
    if (!stat.isFile() || (real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep))) {
      throw new Error("left out: it is no regular file of the folder");
    }
    return { bytes: await readStart(file, Math.min(stat.size, maxBytes)), size: stat.size };
  } finally {
    await file.close();
  }
};

const readStart = async (file: FileHandle, wanted: number): Promise<Buffer> => {
  const bytes = Buffer.alloc(wanted);
  let size = 0;
  while (size < wanted) {
    const { bytesRead } = await file.read(bytes, size, wanted - size, size);
    if (bytesRead === 0) break;
    size += bytesRead;
  }
  return bytes.subarray(0, size);
};
