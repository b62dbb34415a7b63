import { WireError } from "../errors.ts";

/** Smaller texts are written in JavaScript: a native call costs more than they do. */
const shortText = 64;
const slack = 16;
const nothing = Buffer.alloc(0);

/**
 * Writes protobuf fields one after another into memory that it takes in slabs, so that many small messages cost no allocation each.
 * What was cut off by `take` is not written to again.
 */
export class ByteWriter {
  readonly #slabBytes: number;
  #slab: Buffer = nothing;
  /** Where what is not yet taken begins. */
  #start = 0;
  #at = 0;
  /** `length` may not grow above it. */
  #limit = Infinity;

  /** @param slabBytes taken from the system at a time, from the first write on */
  constructor(slabBytes: number) {
    this.#slabBytes = slabBytes;
  }

  /** Bytes that were written and not yet taken. */
  get length(): number {
    return this.#at - this.#start;
  }

  /** A number in [0, 2^53). */
  uint(field: number, value: number): void {
    this.#room(15);
    this.#tag(field, 0);
    this.#varint(value);
  }

  flag(field: number, value: boolean): void {
    this.uint(field, value ? 1 : 0);
  }

  bytes(field: number, value: Uint8Array): void {
    this.#room(value.length + 10);
    this.#tag(field, 2);
    this.#varint(value.length);
    this.#slab.set(value, this.#at);
    this.#at += value.length;
  }

  text(field: number, value: string): void {
    this.#room(Math.min(value.length, shortText) + 10);
    this.#tag(field, 2);
    if (value.length >= shortText || !this.#ascii(value)) this.#longText(value);
  }

  /** A number in [0, 2^32), always 4 bytes long, so that it can be written anew. */
  fixed32(field: number, value: number): void {
    this.#room(9);
    this.#tag(field, 5);
    this.#at = this.#slab.writeUInt32LE(value, this.#at);
  }

  /** A number in [0, 2^53), always 8 bytes long. */
  fixed64(field: number, value: number): void {
    this.#room(13);
    this.#tag(field, 1);
    this.#at = this.#slab.writeUInt32LE(value % 2 ** 32, this.#at);
    this.#at = this.#slab.writeUInt32LE(Math.floor(value / 2 ** 32), this.#at);
  }

  /**
   * Begins a field whose length is known at its end. Its length takes three bytes whatever it is, as protobuf allows.
   *
   * @param mostBytes less than 2^21; what is more is refused with WireError `oversized`, at the latest by `endField`
   * @returns for `endField` and `undo`
   */
  beginField(field: number, mostBytes = Infinity): number {
    this.#room(8);
    this.#tag(field, 2);
    this.#at += 3;
    this.#limit = this.length + mostBytes;
    return this.length;
  }

  /**
   * @returns the bytes of the field's content
   * @throws WireError `oversized`
   */
  endField(begun: number): number {
    const length = this.length - begun;
    if (this.length > this.#limit) throw oversized();
    const at = this.#start + begun - 3;
    this.#slab[at] = (length & 0x7f) | 0x80;
    this.#slab[at + 1] = ((length >>> 7) & 0x7f) | 0x80;
    this.#slab[at + 2] = length >>> 14;
    this.#limit = Infinity;
    return length;
  }

  /** Takes back what was written behind `length`. */
  cutTo(length: number): void {
    this.#at = this.#start + length;
    this.#limit = Infinity;
  }

  /** Cuts off what was written: no copy, and never written to again. */
  take(): Buffer {
    const taken = this.#slab.subarray(this.#start, this.#at);
    this.#start = this.#at;
    return taken;
  }

  #room(bytes: number): void {
    if (this.#at + bytes > this.#slab.length) this.#grow(bytes);
  }

  #grow(bytes: number): void {
    const { length } = this;
    // The room that was asked for may be a little more than what is written.
    if (length + bytes > this.#limit + slack) throw oversized();
    const next = Buffer.allocUnsafeSlow(Math.max(this.#slabBytes, (length + bytes) * 2));
    this.#slab.copy(next, 0, this.#start, this.#at);
    this.#slab = next;
    this.#start = 0;
    this.#at = length;
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number): void {
    const slab = this.#slab;
    let rest = value;
    let at = this.#at;
    while (rest > 0x7f) {
      slab[at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    slab[at++] = rest;
    this.#at = at;
  }

  /** Writes a text of less than 64 characters if all of them are ASCII. */
  #ascii(value: string): boolean {
    const slab = this.#slab;
    const at = this.#at + 1;
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) return false;
      slab[at + index] = code;
    }
    slab[at - 1] = value.length;
    this.#at = at + value.length;
    return true;
  }

  #longText(value: string): void {
    const bytes = Buffer.byteLength(value);
    this.#room(bytes + 5);
    this.#varint(bytes);
    this.#at += this.#slab.write(value, this.#at);
  }
}

const oversized = (): WireError => new WireError("oversized", "the message is larger than is allowed");
