import { open } from "node:fs/promises";
import { DetectError } from "../../errors.ts";

const chunkBytes = 65_536;

/**
 * The bytes of a file, in chunks of at most 64 KiB. A file that is deleted meanwhile is read to its end.
 * @throws DetectError `not-found`: it is deleted already
 */
export async function* readObject(path: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const file = await open(path, "r").catch((thrown: unknown) => {
    throw new DetectError("not-found", "the object is deleted", { cause: thrown });
  });
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
