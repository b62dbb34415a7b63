import type { IncomingMessage } from "node:http";

/** Longest request body that is read, in bytes. */
export const longestBody = 64 * 1024;

/** The body as UTF-8, or `undefined` when it is longer than 64 KiB or the client went away before its end. */
export const readBody = async (incoming: IncomingMessage): Promise<string | undefined> => {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of incoming as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > longestBody) return undefined;
      parts.push(part);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(parts).toString("utf8");
};
