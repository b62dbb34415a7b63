import { UsageError } from "./usage-error.ts";

export interface Line {
  readonly bytes: Uint8Array;
  /** Counted from 1. */
  readonly number: number;
}

const lineFeed = 0x0a;

/**
 * Cuts bytes into lines without holding more than one line and one chunk.
 *
 * @param name of what is read, for messages
 * @param longest bytes of a line, at most
 * @throws UsageError for a line that is too long
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  longest: number,
): AsyncGenerator<Line> {
  let rest: Uint8Array = new Uint8Array();
  let number = 1;
  const tooLong = (): never => {
    throw new UsageError(`${name}:${number}: the line is longer than ${longest} bytes`);
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, from)) {
      const bytes = rest.length === 0 ? chunk.subarray(from, end) : Buffer.concat([rest, chunk.subarray(from, end)]);
      if (bytes.length > longest) tooLong();
      yield { bytes, number };
      rest = new Uint8Array();
      number += 1;
      from = end + 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(from)]);
    if (rest.length > longest) tooLong();
  }
  if (rest.length > 0) yield { bytes: rest, number };
}
