import { frameHeaderBytes, sealFrame } from "../frame.ts";
import { maxSubjectBytes, type AccessRow } from "./access-row.ts";

const longestByHand = 32;
/** Up to here a number is calculated with as an integer, which is much faster. */
const mostInteger = 0x7fffffff;
/** The numbers of a row in their longest form, and its texts. */
const mostRowBytes = 6 * 8 + 2 * (2 + maxSubjectBytes);

/** What a payload says before its rows: accesses that this writer could not write, since it began. */
export interface RowsHead {
  readonly dropped: number;
}

/** Gathers rows in one piece of memory, as the payload of a frame: the head, then each row, numbers as varints, texts as UTF-8 after their length. */
export class RowWriter {
  readonly #buffer: Buffer;
  #at = frameHeaderBytes;
  #rows = 0;

  /** @param bytes of memory; at least what one row needs */
  constructor(bytes: number) {
    this.#buffer = Buffer.allocUnsafeSlow(frameHeaderBytes + Math.max(bytes, 2 * mostRowBytes));
  }

  get rows(): number {
    return this.#rows;
  }

  /** Whether one more row has room for certain. */
  get hasRoom(): boolean {
    return this.#buffer.length - this.#at >= mostRowBytes;
  }

  begin({ dropped }: RowsHead): void {
    this.#at = frameHeaderBytes;
    this.#rows = 0;
    this.#number(dropped);
  }

  /** Only while `hasRoom`. */
  add({ rule, subject, value, atMs, passed, intercepted }: AccessRow): void {
    this.#number(rule);
    this.#number(atMs);
    this.#number(passed);
    this.#number(intercepted);
    this.#text(subject);
    // One more than its length: 0 is for none.
    if (value === undefined) this.#number(0);
    else this.#text(value, 1);
    this.#rows += 1;
  }

  /** The frame, in memory that the next `begin` uses again. */
  frame(): Buffer {
    return sealFrame(this.#buffer, this.#at - frameHeaderBytes);
  }

  #number(value: number): void {
    let rest = value;
    while (rest > mostInteger) {
      this.#buffer[this.#at] = (rest % 0x80) | 0x80;
      this.#at += 1;
      rest = Math.floor(rest / 0x80);
    }
    while (rest > 0x7f) {
      this.#buffer[this.#at] = (rest & 0x7f) | 0x80;
      this.#at += 1;
      rest >>= 7;
    }
    this.#buffer[this.#at] = rest;
    this.#at += 1;
  }

  #text(text: string, more = 0): void {
    // Nearly all are short: one byte for the length, put there when it is known.
    const begin = this.#at + (text.length * 3 + more > 0x7f ? 2 : 1);
    const bytes = this.#ascii(text, begin) ? text.length : this.#buffer.write(text, begin, maxSubjectBytes);
    const length = bytes + more;
    if (begin - this.#at === 1) {
      this.#buffer[this.#at] = length;
    } else {
      this.#buffer[this.#at] = (length & 0x7f) | 0x80;
      this.#buffer[this.#at + 1] = length >> 7;
    }
    this.#at = begin + bytes;
  }

  /** Writes a short text of ASCII, which takes less than the call of the encoder. @returns false for any other */
  #ascii(text: string, begin: number): boolean {
    if (text.length > longestByHand) return false;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code > 0x7f) return false;
      this.#buffer[begin + at] = code;
    }
    return true;
  }
}
