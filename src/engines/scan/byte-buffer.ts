const firstBytes = 4_096;

/**
 * Collects pieces of bytes up to a limit. It copies them into one buffer: a site that sends a byte at a time would
 * otherwise cost an object for each.
 */
export class ByteBuffer {
  #bytes = Buffer.alloc(0);
  #length = 0;

  /** Adds as much of the chunk as the limit (bytes in all) leaves room for; false when that was not all of it. */
  append(chunk: Buffer, maxBytes: number): boolean {
    const taken = Math.min(chunk.length, Math.max(maxBytes - this.#length, 0));
    const needed = this.#length + taken;
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(this.#bytes.length * 2, maxBytes), firstBytes));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    chunk.copy(this.#bytes, this.#length, 0, taken);
    this.#length = needed;
    return taken === chunk.length;
  }

  /** What was collected. Shares memory: to be asked for when nothing is added any more. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
