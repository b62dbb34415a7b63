/** A part of a file of events that is one event, or is meant to be. */
export interface Piece {
  /** Where it begins, counted from 1. */
  readonly line: number;
  /** `undefined`: it is longer than it may be, and was not kept. */
  readonly bytes: Uint8Array | undefined;
}

const lineFeed = 0x0a;

/**
 * Cuts bytes into lines without holding more than one line and one chunk. A line that is too long costs no other: it is named, and what
 * follows still comes.
 *
 * @param longest bytes of a line, at most
 */
export async function* cutLines(chunks: AsyncIterable<Uint8Array>, longest: number): AsyncGenerator<Piece> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let line = 1;
  const keep = (part: Uint8Array): void => {
    length += part.length;
    if (length > longest) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  const cut = (): Piece => {
    const piece = { line, bytes: length > longest ? undefined : Buffer.concat(parts) };
    parts = [];
    length = 0;
    return piece;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, from)) {
      keep(chunk.subarray(from, end));
      yield cut();
      line += 1;
      from = end + 1;
    }
    keep(chunk.subarray(from));
  }
  if (length > 0) yield cut();
}
