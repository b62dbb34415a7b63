import { GramIndex } from "../search/gram-index.ts";
import { folded, lowered } from "../search/letters.ts";
import type { Literal } from "../search/literal.ts";
import { bufferOf } from "../value/value.ts";

/** Look-ups after which the index of a part pays for itself. */
const lookUpsBeforeIndex = 24;

/**
 * A part of a response in the forms that operators need, each made on first use. Everything is compared byte by byte,
 * as nuclei does. Share one object among all that look at the same bytes.
 */
export class Part {
  #raw: Buffer | undefined;
  #bytes: string | undefined;
  #lower: string | undefined;
  #folded: string | undefined;
  #index: GramIndex | undefined;
  #lookUps = 0;

  constructor(raw: Buffer | string) {
    if (typeof raw === "string") this.#bytes = raw;
    else this.#raw = raw;
  }

  /** Size in bytes. */
  get size(): number {
    return this.#bytes?.length ?? this.raw.length;
  }

  get raw(): Buffer {
    return (this.#raw ??= bufferOf(this.bytes));
  }

  /** As a byte string. */
  get bytes(): string {
    return (this.#bytes ??= this.raw.toString("latin1"));
  }

  /** As a byte string in lower case, letters of every script. */
  get lower(): string {
    return (this.#lower ??= lowered(this.bytes));
  }

  /** See `folded` in search/letters. */
  get folded(): string {
    return (this.#folded ??= folded(this.bytes));
  }

  /** False: neither the literal nor anything that differs from it in case only is in the part. */
  mayContain(literal: Literal): boolean {
    const text = this.folded;
    if (this.#index === undefined && ++this.#lookUps > lookUpsBeforeIndex) this.#index = new GramIndex(text);
    return this.#index?.has(literal.text, literal.grams) ?? text.includes(literal.text);
  }
}
