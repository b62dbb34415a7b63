/** The first bytes of a stream. More than `most` are counted and forgotten. */
export class BoundedBytes {
  readonly #most: number;
  readonly #chunks: Buffer[] = [];
  #kept = 0;
  #total = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(chunk: Buffer): void {
    this.#total += chunk.length;
    if (this.#kept === this.#most) return;
    const part = chunk.subarray(0, this.#most - this.#kept);
    this.#chunks.push(part);
    this.#kept += part.length;
  }

  /** There was more than is kept. */
  get truncated(): boolean {
    return this.#total > this.#most;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
