import { FailureError } from "../failure.ts";

const maxLineChars = 4_096;
const maxTrailerChars = 65_536;
const sizeLine = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;[^]*)?$/;
const lineFeed = 0x0a;

type Expected = "size" | "data" | "data-end" | "trailer" | "nothing";

/** Undoes the transfer encoding `chunked` piece by piece. Trailers are read and dropped. */
export class ChunkedReader {
  readonly #onData: (chunk: Buffer, from: number, to: number) => boolean;
  #expected: Expected = "size";
  #left = 0;
  #line = "";
  #trailerChars = 0;

  /** @param onData takes the bytes of the body; false when it wants no more */
  constructor(onData: (chunk: Buffer, from: number, to: number) => boolean) {
    this.#onData = onData;
  }

  /**
   * Where the body ends in the chunk, or undefined when there is more to come, or no more is wanted.
   *
   * @throws FailureError `protocol`
   */
  feed(chunk: Buffer, from: number): number | undefined {
    let at = from;
    while (at < chunk.length) {
      if (this.#expected === "data") {
        const end = Math.min(at + this.#left, chunk.length);
        if (!this.#onData(chunk, at, end)) return undefined;
        this.#left -= end - at;
        at = end;
        if (this.#left === 0) this.#expected = "data-end";
        continue;
      }
      const end = chunk.indexOf(lineFeed, at);
      this.#line += chunk.toString("latin1", at, end === -1 ? chunk.length : end);
      if (this.#line.length > maxLineChars) throw new FailureError("protocol", "a line of a chunked body is too long");
      if (end === -1) return undefined;
      at = end + 1;
      const line = this.#line.endsWith("\r") ? this.#line.slice(0, -1) : this.#line;
      this.#line = "";
      this.#take(line);
      if (this.#expected === "nothing") return at;
    }
    return undefined;
  }

  #take(line: string): void {
    if (this.#expected === "size") {
      const size = sizeLine.exec(line)?.[1];
      if (size === undefined)
        throw new FailureError("protocol", `${JSON.stringify(line.slice(0, 50))} is no chunk size`);
      this.#left = Number.parseInt(size, 16);
      this.#expected = this.#left === 0 ? "trailer" : "data";
    } else if (this.#expected === "data-end") {
      if (line !== "") throw new FailureError("protocol", "a chunk is longer than its size");
      this.#expected = "size";
    } else if (line === "") {
      this.#expected = "nothing";
    } else {
      this.#trailerChars += line.length;
      if (this.#trailerChars > maxTrailerChars) throw new FailureError("protocol", "the trailers are too long");
    }
  }
}
