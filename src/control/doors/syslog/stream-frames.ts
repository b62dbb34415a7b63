/** What stands between two ends of a stream: a message, or that one was over the bound and is left out. */
export type Frame = { readonly type: "message"; readonly bytes: Buffer } | { readonly type: "too-large" };

/** The stream does not speak syslog; it is lost where the next message begins. */
export class FramingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "FramingError";
  }
}

const newline = 0x0a;
/** `83 <34>1 …`: octet counting. Digits that a message begins with are followed by something else. */
const counted = /^([1-9]\d{0,8}) </;
const startOfCounted = /^[1-9]\d{0,8} ?$/;
const countedChars = 11;
const mostCounted = 16 * 1024 * 1024;

/**
 * Cuts a stream into messages as RFC 6587 has them: each behind its length, or ended by a newline; a sender may mix the two. At most one
 * message is kept.
 */
export class StreamFrames {
  readonly #mostBytes: number;
  #pending: Buffer = Buffer.alloc(0);
  #skipBytes = 0;
  #skipLine = false;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** A message has begun and is not there. */
  get isPartial(): boolean {
    return this.#pending.length > 0 || this.#skipBytes > 0 || this.#skipLine;
  }

  /**
   * What the next bytes complete. To be read to its end before the next call.
   *
   * @throws FramingError
   */
  *push(chunk: Buffer): Generator<Frame> {
    let rest = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    for (;;) {
      rest = this.#skip(rest);
      if (rest.length === 0) break;
      const [frame, length] = this.#next(rest);
      if (length === 0) break;
      if (frame !== undefined) yield frame;
      rest = rest.subarray(length);
    }
    // A copy: a part of a chunk keeps all of it.
    this.#pending = Buffer.from(rest);
  }

  /** The last line, where the stream ended without its newline. */
  end(): Buffer | undefined {
    const line = this.#pending;
    this.#pending = Buffer.alloc(0);
    return line.length === 0 || counted.test(line.toString("latin1", 0, countedChars)) ? undefined : line;
  }

  #skip(rest: Buffer): Buffer {
    if (this.#skipBytes > 0) {
      const skipped = Math.min(this.#skipBytes, rest.length);
      this.#skipBytes -= skipped;
      return rest.subarray(skipped);
    }
    if (!this.#skipLine) return rest;
    const end = rest.indexOf(newline);
    this.#skipLine = end === -1;
    return end === -1 ? rest.subarray(rest.length) : rest.subarray(end + 1);
  }

  /** The frame at the start of these bytes, and how many of them it takes; 0: more have to come. */
  #next(rest: Buffer): readonly [frame: Frame | undefined, length: number] {
    const start = rest.toString("latin1", 0, countedChars);
    const digits = counted.exec(start)?.[1];
    if (digits !== undefined) return this.#counted(rest, digits.length + 1, Number(digits));
    if (rest.length < countedChars && startOfCounted.test(start)) return [undefined, 0];
    return this.#line(rest);
  }

  #counted(rest: Buffer, begin: number, length: number): readonly [Frame | undefined, number] {
    if (length > mostCounted) throw new FramingError(`a message says that it has ${length} bytes`);
    const end = begin + length;
    if (length > this.#mostBytes) {
      this.#skipBytes = Math.max(0, end - rest.length);
      return [{ type: "too-large" }, Math.min(end, rest.length)];
    }
    return rest.length < end ? [undefined, 0] : [{ type: "message", bytes: rest.subarray(begin, end) }, end];
  }

  #line(rest: Buffer): readonly [Frame | undefined, number] {
    const end = rest.indexOf(newline);
    if ((end === -1 ? rest.length : end) > this.#mostBytes) {
      this.#skipLine = end === -1;
      return [{ type: "too-large" }, end === -1 ? rest.length : end + 1];
    }
    return end === -1 ? [undefined, 0] : [{ type: "message", bytes: rest.subarray(0, end) }, end + 1];
  }
}
