import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { reasonOf } from "./reason.ts";

/**
 * The whole content of a regular file.
 *
 * @param maxBytes a longer file is refused; the read itself is bounded, since a file may grow after a look at its size
 * @returns the bytes, or why there are none, in words for a person
 */
export const readBounded = async (file: string, maxBytes: number): Promise<Buffer | string> => {
  try {
    // Without it, opening a pipe would wait for a writer.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const facts = await handle.stat();
      if (!facts.isFile()) return "is not a regular file";
      const buffer = Buffer.alloc(Math.min(maxBytes, facts.size) + 1);
      let length = 0;
      while (length < buffer.length) {
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      if (length > maxBytes) return `is larger than ${maxBytes} bytes`;
      return length > facts.size ? "changes while it is read" : buffer.subarray(0, length);
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    return `cannot be read: ${reasonOf(thrown)}`;
  }
};
