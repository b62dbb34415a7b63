import { constants, type Stats } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";

const chunkBytes = 64 * 1024;

/** A file was not what it had to be, or did not stay so while it was read. */
export class UnsteadyFile extends Error {}

const sameFile = (before: Stats, after: Stats): boolean =>
  before.ino === after.ino &&
  before.size === after.size &&
  before.mtimeMs === after.mtimeMs &&
  before.ctimeMs === after.ctimeMs;

/**
 * The bytes of a file that stays as it is while they are read, in chunks of at most 64 KiB. A link is not followed, and a FIFO that has
 * taken the place of the file is not waited for.
 *
 * @throws UnsteadyFile when it is no file or has changed, and what the system throws
 */
export async function* readSteadily(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const before = await file.stat();
    if (!before.isFile()) throw new UnsteadyFile("it is no file any more");
    yield* chunksOf(file, before.size);
    if (!sameFile(before, await file.stat())) throw new UnsteadyFile("it changed while it was read");
  } finally {
    await file.close();
  }
}

/** @param size a file that grows faster than it is read has no end */
async function* chunksOf(file: FileHandle, size: number): AsyncGenerator<Uint8Array> {
  let at = 0;
  while (at <= size) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
  throw new UnsteadyFile("it changed while it was read");
}
