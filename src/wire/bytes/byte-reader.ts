import { isUtf8 } from "node:buffer";
import { WireError } from "../errors.ts";

/** Stands in a text for bytes that are no UTF-8, or for itself. */
const replacement = "\ufffd";
const longestVarint = 10;
const nothing = Buffer.alloc(0);

/**
 * Reads protobuf fields of a part of some bytes, one after another, and never beyond that part. One reader serves many messages. All
 * methods throw WireError `malformed` for what is not protobuf.
 */
export class ByteReader {
  #bytes: Buffer = nothing;
  #at = 0;
  #end = 0;
  #wireType = 0;

  /** @param bytes not copied: `bytes()` gives views into it */
  read(bytes: Uint8Array, start = 0, end = bytes.length): this {
    this.#bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#end = end;
    return this;
  }

  /** Bytes that have not been read yet. */
  get left(): number {
    return this.#end - this.#at;
  }

  /** The number of the next field; 0 at the end. Its value has to be read, or skipped, before the next call. */
  next(): number {
    if (this.#at >= this.#end) return 0;
    const tag = this.#varint();
    this.#wireType = tag % 8;
    const field = Math.floor(tag / 8);
    if (field === 0 || field >= 2 ** 29) throw malformed("a field has an impossible number");
    return field;
  }

  /** A number in [0, 2^53). */
  uint(): number {
    this.#expect(0);
    return this.#varint();
  }

  flag(): boolean {
    return this.uint() !== 0;
  }

  /** Goes over a text, bytes or a message. @returns its bytes */
  passOver(): number {
    const start = this.#span();
    return this.#at - start;
  }

  /** @returns a view, valid as long as the bytes are not written to */
  bytes(): Buffer {
    const start = this.#span();
    return this.#bytes.subarray(start, this.#at);
  }

  /** A text in UTF-8 without errors. */
  text(mostBytes: number): string {
    const start = this.#span();
    if (this.#at - start > mostBytes) throw malformed(`a text is longer than ${mostBytes} bytes`);
    const text = this.#bytes.toString("utf8", start, this.#at);
    const doubtful = text.includes(replacement);
    if (doubtful && !isUtf8(this.#bytes.subarray(start, this.#at))) throw malformed("a text is not UTF-8");
    return text;
  }

  fixed32(): number {
    this.#expect(5);
    const at = this.#take(4);
    return this.#bytes.readUInt32LE(at);
  }

  /** A number in [0, 2^53). */
  fixed64(): number {
    this.#expect(1);
    const at = this.#take(8);
    const value = this.#bytes.readUInt32LE(at) + this.#bytes.readUInt32LE(at + 4) * 2 ** 32;
    if (value > Number.MAX_SAFE_INTEGER) throw malformed("a number is above 2^53 - 1");
    return value;
  }

  /** Leaves out the value of a field that is not known. */
  skip(): void {
    switch (this.#wireType) {
      case 0:
        return this.#skipVarint();
      case 1:
        return void this.#take(8);
      case 2:
        return void this.#span();
      case 5:
        return void this.#take(4);
      default:
        throw malformed(`a field has the wire type ${this.#wireType}`);
    }
  }

  /** Hands the content of the field that comes now to another reader, and goes on behind it. */
  lend(reader: ByteReader): void {
    const start = this.#span();
    reader.read(this.#bytes, start, this.#at);
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) throw malformed(`a field has the wire type ${this.#wireType}, not ${wireType}`);
  }

  /** @returns where the content begins; it ends where the reader is then */
  #span(): number {
    this.#expect(2);
    return this.#take(this.#varint());
  }

  #varint(): number {
    const bytes = this.#bytes;
    let factor = 1;
    let value = 0;
    for (let length = 0; length < longestVarint; length += 1) {
      if (this.#at >= this.#end) throw malformed("a number ends behind the end");
      const byte = bytes[this.#at++] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) throw malformed("a number is above 2^53 - 1");
        return value;
      }
      factor *= 0x80;
    }
    throw malformed("a number is longer than ten bytes");
  }

  /** Unknown fields may hold any 64-bit number. */
  #skipVarint(): void {
    for (let length = 0; length < longestVarint; length += 1) {
      const at = this.#take(1);
      if ((this.#bytes[at] as number) < 0x80) return;
    }
    throw malformed("a number is longer than ten bytes");
  }

  #take(bytes: number): number {
    const at = this.#at;
    if (bytes > this.#end - at) throw malformed("a field ends behind the end");
    this.#at = at + bytes;
    return at;
  }
}

const malformed = (message: string): WireError => new WireError("malformed", message);
