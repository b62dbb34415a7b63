import type { Readable } from "node:stream";

/** Keeps the beginning of what a program writes and lets the rest go by, so that it never waits for a reader. */
export class StreamHead {
  readonly #most: number;
  readonly #kept: Buffer[] = [];
  #bytes = 0;
  #all = 0;

  /** @param most bytes that are kept */
  constructor(stream: Readable, most: number) {
    this.#most = most;
    stream.on("data", (chunk: Buffer) => this.#take(chunk));
    // A program that dies while it writes: its end tells more.
    stream.on("error", () => undefined);
  }

  /** There was more than is kept. */
  get truncated(): boolean {
    return this.#all > this.#bytes;
  }

  /** As UTF-8; what is none becomes U+FFFD, and a character that was cut in two is left out. */
  get text(): string {
    return new TextDecoder().decode(Buffer.concat(this.#kept), { stream: this.truncated });
  }

  #take(chunk: Buffer): void {
    const kept = chunk.subarray(0, this.#most - this.#bytes);
    this.#all += chunk.length;
    this.#bytes += kept.length;
    if (kept.length > 0) this.#kept.push(Buffer.from(kept));
  }
}
