/** Characters that texts are found by. */
const gramChars = 4;

interface Entry {
  readonly text: string;
  /** Its place among the texts. */
  readonly id: number;
  /** Where in the text its gram is. */
  readonly offset: number;
}

/**
 * Finds which of many texts are in a text, in one pass over it. Each text is known by its four characters that the fewest others are known
 * by; what a gram promises is then looked at. Grams are told apart by the low bytes of their characters, which can only promise too much.
 */
export class LiteralIndex {
  /** Length of the shortest text that can be looked for. */
  static readonly leastChars = gramChars;

  readonly #entries = new Map<number, Entry[]>();
  /** A bit for each gram that is promised, by its hash: most places of a text need no more than this. */
  readonly #promised = new Uint32Array(promisedBits / 32);

  /** @param texts of at least `leastChars` characters, folded, each once */
  constructor(texts: readonly string[]) {
    const commonness = new Map<number, number>();
    for (const text of texts) {
      for (const gram of new Set(gramsOf(text))) commonness.set(gram, (commonness.get(gram) ?? 0) + 1);
    }
    for (const [id, text] of texts.entries()) {
      const grams = gramsOf(text);
      const rarest = Math.min(...grams.map((gram) => commonness.get(gram) ?? 0));
      const offset = grams.findIndex((gram) => commonness.get(gram) === rarest);
      this.#add(grams[offset] ?? 0, { text, id, offset });
    }
  }

  /** Tells the places of the texts that are in this one, some maybe more than once. */
  find(folded: string, tell: (id: number) => void): void {
    let gram = 0;
    for (let at = 0; at < folded.length; at += 1) {
      gram = (gram << 8) | (folded.charCodeAt(at) & 0xff);
      const bit = bitOf(gram);
      if (((this.#promised[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) continue;
      const entries = this.#entries.get(gram);
      if (entries === undefined) continue;
      const start = at - gramChars + 1;
      for (const { text, id, offset } of entries) {
        if (start >= offset && folded.startsWith(text, start - offset)) tell(id);
      }
    }
  }

  #add(gram: number, entry: Entry): void {
    const bit = bitOf(gram);
    this.#promised[bit >>> 5] = (this.#promised[bit >>> 5] ?? 0) | (1 << (bit & 31));
    const entries = this.#entries.get(gram);
    if (entries === undefined) this.#entries.set(gram, [entry]);
    else entries.push(entry);
  }
}

const promisedBits = 1 << 16;

/** Multiplicative hashing: the upper bits of the product depend on all bits of the gram. */
const bitOf = (gram: number): number => Math.imul(gram, 0x9e3779b1) >>> 16;

const gramsOf = (text: string): readonly number[] => {
  const grams: number[] = [];
  let gram = 0;
  for (let at = 0; at < text.length; at += 1) {
    gram = (gram << 8) | (text.charCodeAt(at) & 0xff);
    if (at >= gramChars - 1) grams.push(gram);
  }
  return grams;
};
