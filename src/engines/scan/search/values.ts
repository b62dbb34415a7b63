/** What is kept of found values: their number, the bytes of each and of all together. */
const maxValues = 1_000;
const maxValueBytes = 16_384;
const maxAllBytes = 262_144;

/** Collects different values, byte strings, up to the bounds. */
export class ValueList {
  readonly #values = new Set<string>();
  #bytes = 0;

  get full(): boolean {
    return this.#values.size >= maxValues || this.#bytes >= maxAllBytes;
  }

  add(value: string): void {
    const kept = value.length > maxValueBytes ? value.slice(0, maxValueBytes) : value;
    if (this.full || this.#values.has(kept)) return;
    // A copy: V8 keeps a whole page in memory behind a piece of its text.
    this.#values.add(Buffer.from(kept, "latin1").toString("latin1"));
    this.#bytes += kept.length;
  }

  list(): readonly string[] {
    return [...this.#values];
  }
}
