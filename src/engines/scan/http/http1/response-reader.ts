import { ByteBuffer } from "../../byte-buffer.ts";
import { FailureError } from "../failure.ts";
import { ChunkedReader } from "./chunked.ts";
import { type Framing, framingOf } from "./framing.ts";
import { HeadReader, headerValue, type ResponseHead } from "./response-head.ts";

/** The bytes of one response, as they came. */
export interface RawResponse extends ResponseHead {
  readonly body: Buffer;
  /** The body was longer than the limit; the rest was not read. */
  readonly truncated: boolean;
}

export interface ReadBounds {
  /** Of the head, responses 1xx before it included. */
  readonly maxHeaderBytes: number;
  /** Bytes of the body that are kept. */
  readonly maxBytes: number;
  /** The same for a compressed body, whose bytes say little about its length. */
  readonly maxEncodedBytes: number;
}

export interface ReadOptions extends ReadBounds {
  /** Of the request. */
  readonly method: string;
  /** For requests that are broken on purpose: what can be understood is, and half a body is one. */
  readonly isTolerant: boolean;
  /** The body lasts until the connection is closed, whatever the head says. */
  readonly readsAll: boolean;
}

const most1xx = 5;
const noBytes: Buffer = Buffer.alloc(0);

/** Reads one response from the pieces in which it arrives. */
export class ResponseReader {
  readonly #options: ReadOptions;
  #headReader: HeadReader;
  #head: ResponseHead | undefined;
  #framing: Framing | undefined;
  #chunked: ChunkedReader | undefined;
  #left = 0;
  #maxBytes: number;
  #first = noBytes;
  #body: ByteBuffer | undefined;
  #isTruncated = false;
  #count1xx = 0;
  #hasBegun = false;
  #isDone = false;

  constructor(options: ReadOptions) {
    this.#options = options;
    this.#maxBytes = options.maxBytes;
    this.#headReader = new HeadReader(options.maxHeaderBytes, options.isTolerant);
  }

  /** Whether a byte has come. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  get hasHead(): boolean {
    return this.#head !== undefined;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** Whether another request may follow on the connection; to be asked for when it is done. */
  get keepsAlive(): boolean {
    return this.#framing?.keepsAlive === true && !this.#isTruncated;
  }

  /** What was read, when it is done. */
  response(): RawResponse {
    const { version, status, reason, headers } = this.#head ?? noHead;
    const body = this.#body?.bytes() ?? this.#first;
    return { version, status, reason, headers, body, truncated: this.#isTruncated };
  }

  /**
   * Takes what has arrived; where the response ends in it, when it does.
   *
   * @throws FailureError `protocol`
   */
  feed(chunk: Buffer, from: number): number {
    this.#hasBegun = true;
    let at = from;
    while (this.#head === undefined) {
      const end = this.#headReader.feed(chunk, at);
      if (end === undefined) return chunk.length;
      at = end;
      this.#takeHead(this.#headReader.head());
    }
    return this.#isDone ? at : this.#feedBody(chunk, at);
  }

  /**
   * The other side has closed the connection.
   *
   * @throws FailureError `connection-lost` when the response is not complete
   */
  end(): void {
    const untilClosed = this.#framing?.length === undefined && this.#chunked === undefined;
    if (this.#head !== undefined && (untilClosed || this.#options.isTolerant)) this.#isDone = true;
    else throw new FailureError("connection-lost", "the connection was closed before the response was complete");
  }

  #takeHead(head: ResponseHead): void {
    const { method, isTolerant, readsAll, maxHeaderBytes, maxEncodedBytes } = this.#options;
    if (head.status < 200 && head.status >= 100 && head.status !== 101) {
      this.#count1xx += 1;
      if (this.#count1xx > most1xx) throw new FailureError("protocol", `more than ${most1xx} responses 1xx`);
      this.#headReader = new HeadReader(maxHeaderBytes, isTolerant);
      return;
    }
    this.#head = head;
    if (headerValue(head.headers, "content-encoding") !== "") this.#maxBytes = maxEncodedBytes;
    const framing = readsAll ? untilClosed : framingOf(head, method, isTolerant);
    this.#framing = framing;
    if (framing.isChunked) this.#chunked = new ChunkedReader((chunk, from, to) => this.#keep(chunk, from, to));
    this.#left = framing.length ?? Number.POSITIVE_INFINITY;
    this.#isDone = this.#left === 0;
  }

  #feedBody(chunk: Buffer, from: number): number {
    if (from === chunk.length) return from;
    if (this.#chunked !== undefined) {
      const end = this.#chunked.feed(chunk, from);
      if (end !== undefined) this.#isDone = true;
      return end ?? chunk.length;
    }
    const end = Math.min(from + this.#left, chunk.length);
    this.#left -= end - from;
    if (this.#keep(chunk, from, end)) this.#isDone = this.#left === 0;
    return end;
  }

  /** False when that was more than is wanted: the response is done then. */
  #keep(chunk: Buffer, from: number, to: number): boolean {
    const piece = chunk.subarray(from, to);
    if (this.#body === undefined && this.#first.length === 0 && piece.length <= this.#maxBytes) {
      // Most responses come in one piece, which then need not be copied.
      this.#first = piece;
      return true;
    }
    if (this.#body === undefined) {
      this.#body = new ByteBuffer();
      this.#body.append(this.#first, this.#maxBytes);
    }
    if (this.#body.append(piece, this.#maxBytes)) return true;
    this.#isTruncated = true;
    this.#isDone = true;
    return false;
  }
}

const untilClosed: Framing = { length: undefined, isChunked: false, keepsAlive: false };
const noHead: ResponseHead = { version: "", status: 0, reason: "", headers: [] };
