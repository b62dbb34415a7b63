/** Bytes of a gram: short enough that most words have several, long enough that most are rare. */
const gramBytes = 4;
const mixer = 0x9e3779b1;
const minSlotBits = 10;
const maxSlotBits = 18;
/** Grams of a literal that are looked at, to take the rarest. */
const maxGrams = 8;
/** More places are looked through more quickly by the engine's own search. */
const maxPlaces = 512;

/** A gram of a literal: where it stands there, and what it is, mixed up. */
export interface Gram {
  readonly offset: number;
  readonly mixed: number;
}

/** Some of the grams of a literal, spread over it; none when it is too short. */
export const gramsOf = (literal: string): readonly Gram[] => {
  const count = literal.length - gramBytes + 1;
  if (count <= 0) return [];
  const wanted = Math.min(count, maxGrams);
  return Array.from({ length: wanted }, (_none, at) => {
    const offset = wanted === 1 ? 0 : Math.round((at * (count - 1)) / (wanted - 1));
    let gram = 0;
    for (let next = offset; next < offset + gramBytes; next += 1) gram = (gram << 8) | literal.charCodeAt(next);
    return { offset, mixed: Math.imul(gram, mixer) };
  });
};

/**
 * Where the groups of four bytes of a text stand. It is made by one pass, whatever will be looked for, and takes about
 * nine bytes for one of the text. A literal is then looked for only where its rarest gram stands, which takes less than
 * a microsecond. So thousands of patterns share it, and a new template costs nothing.
 */
export class GramIndex {
  readonly #text: string;
  readonly #shift: number;
  /** Of each slot: the last place + 1 of a gram, and how many places there are. */
  readonly #last: Int32Array;
  readonly #counts: Int32Array;
  /** Of each place: the one before it in its slot, + 1. */
  readonly #before: Int32Array;

  /** @param text a byte string */
  constructor(text: string) {
    const bits = Math.min(Math.max(Math.ceil(Math.log2(text.length + 1)), minSlotBits), maxSlotBits);
    const shift = 32 - bits;
    const last = new Int32Array(2 ** bits);
    const counts = new Int32Array(2 ** bits);
    const before = new Int32Array(text.length);
    let gram = 0;
    for (let at = 0; at < text.length; at += 1) {
      gram = (gram << 8) | text.charCodeAt(at);
      const place = at - gramBytes + 1;
      if (place < 0) continue;
      const slot = Math.imul(gram, mixer) >>> shift;
      before[place] = last[slot] ?? 0;
      last[slot] = place + 1;
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
    this.#text = text;
    this.#shift = shift;
    this.#last = last;
    this.#counts = counts;
    this.#before = before;
  }

  /** Whether the literal, with its grams, is in the text. */
  has(literal: string, grams: readonly Gram[]): boolean {
    let fewest = maxPlaces;
    let rarest: Gram | undefined;
    for (const gram of grams) {
      const count = this.#counts[gram.mixed >>> this.#shift] ?? 0;
      if (count === 0) return false;
      if (count >= fewest) continue;
      fewest = count;
      rarest = gram;
    }
    if (rarest === undefined) return this.#text.includes(literal);
    let place = this.#last[rarest.mixed >>> this.#shift] ?? 0;
    for (; place > 0; place = this.#before[place - 1] ?? 0) {
      const start = place - 1 - rarest.offset;
      if (start >= 0 && this.#text.startsWith(literal, start)) return true;
    }
    return false;
  }
}
