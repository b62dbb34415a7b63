/** Bytes of a gram: short enough that most words have several, long enough that most are rare. */
const gramBytes = 4;
const slotBits = 18;
const slotShift = 32 - slotBits;
const mixer = 0x9e3779b1;
/** Grams of a literal that are looked up. More would cost more than they save. */
const maxSlots = 8;

const slotOf = (gram: number): number => Math.imul(gram, mixer) >>> slotShift;

/** The slots that are set in every text that contains the literal; none when it is too short to say. */
export const slotsOf = (literal: string): readonly number[] => {
  const grams = literal.length - gramBytes + 1;
  if (grams <= 0) return [];
  const wanted = Math.min(grams, maxSlots);
  return Array.from({ length: wanted }, (_none, at) => {
    const from = wanted === 1 ? 0 : Math.round((at * (grams - 1)) / (wanted - 1));
    let gram = 0;
    for (let next = from; next < from + gramBytes; next += 1) gram = (gram << 8) | literal.charCodeAt(next);
    return slotOf(gram);
  });
};

/**
 * Which groups of four bytes a text has, as a set of bits (32 kB) that may hold a few too many and never one too few.
 * It is made by one pass over the text, whatever will be looked for, and says of most absent literals in some tens of
 * nanoseconds that they are absent. So thousands of patterns share it, and a new template costs nothing.
 */
export class Grams {
  readonly #bits = new Uint32Array(2 ** (slotBits - 5));

  constructor(text: string) {
    const bits = this.#bits;
    let gram = 0;
    for (let at = 0; at < text.length; at += 1) {
      gram = (gram << 8) | text.charCodeAt(at);
      if (at < gramBytes - 1) continue;
      const slot = slotOf(gram);
      bits[slot >>> 5] = (bits[slot >>> 5] ?? 0) | (1 << (slot & 31));
    }
  }

  /** False: a literal with these slots is not in the text. */
  mayHave(slots: readonly number[]): boolean {
    for (const slot of slots) {
      if ((((this.#bits[slot >>> 5] ?? 0) >>> (slot & 31)) & 1) === 0) return false;
    }
    return true;
  }
}
