import { isAscii } from "node:buffer";

/** UTF-8 takes at most this many bytes for a UTF-16 code unit. */
const maxBytesPerChar = 3;

/**
 * A part of a response in the forms that operators need, each made on first use. Words are compared byte by byte
 * (`bytes`, one character a byte) as nuclei does; patterns see text, where invalid UTF-8 is U+FFFD.
 */
export class Part {
  readonly #raw: Buffer;
  #bytes: string | undefined;
  #text: string | undefined;
  #lower: string | undefined;

  constructor(raw: Buffer) {
    this.#raw = raw;
  }

  static ofText(text: string): Part {
    return new Part(Buffer.from(text, "utf8"));
  }

  /** Size in bytes. */
  get size(): number {
    return this.#raw.length;
  }

  get raw(): Buffer {
    return this.#raw;
  }

  get bytes(): string {
    return (this.#bytes ??= this.#raw.toString("latin1"));
  }

  get text(): string {
    return (this.#text ??= isAscii(this.#raw) ? this.bytes : this.#raw.toString("utf8"));
  }

  /** The first characters of the text, by themselves: a slice of `text` would keep all of it in memory. */
  beginning(maxChars: number): string {
    return this.#raw.toString("utf8", 0, maxChars * maxBytesPerChar).slice(0, maxChars);
  }

  get lowerText(): string {
    return (this.#lower ??= this.text.toLowerCase());
  }
}
