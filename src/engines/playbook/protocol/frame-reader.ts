import type { Readable } from "node:stream";
import { PlaybookError } from "../errors.ts";

/** What a `FrameReader` tells. After `ended` it tells nothing more. */
export interface FrameListener {
  /** One frame, in the order sent: an object, of which nothing else is known. */
  readonly frame: (value: object) => void;
  /** The stream is over. With an error it is so because of what came: the caller should destroy it. */
  readonly ended: (error: PlaybookError | undefined) => void;
}

const headerBytes = 4;
/** Held pieces that become one: of a frame that comes byte by byte, each would take a hundred times its memory. */
const mostChunks = 1_024;

/**
 * Cuts a stream into frames: four bytes of length, big endian, then an object as UTF-8 JSON. It holds one frame at most, and of that
 * only what has arrived. What is no frame, a frame beyond `mostBytes` and a stream that ends inside a frame are a PlaybookError `protocol`.
 */
export class FrameReader {
  readonly #stream: Readable;
  readonly #mostBytes: number;
  readonly #listener: FrameListener;
  #chunks: Buffer[] = [];
  #heldBytes = 0;
  /** Of the frame that is being read; `undefined`: its header is not complete. */
  #bodyBytes: number | undefined;
  #over = false;

  /** @param mostBytes of one frame's JSON */
  constructor(stream: Readable, mostBytes: number, listener: FrameListener) {
    this.#stream = stream;
    this.#mostBytes = mostBytes;
    this.#listener = listener;
    stream.on("data", this.#take).on("end", this.#streamEnded).on("close", this.#streamEnded).on("error", this.#failed);
  }

  readonly #take = (chunk: Buffer): void => {
    if (this.#over) return;
    this.#chunks.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#chunks.length > mostChunks) this.#chunks = [Buffer.concat(this.#chunks)];
    try {
      while (this.#takeOne());
    } catch (thrown) {
      if (!(thrown instanceof PlaybookError)) throw thrown;
      this.#end(thrown);
    }
  };

  /** Whether there was something complete. */
  #takeOne(): boolean {
    if (this.#isOver()) return false;
    if (this.#bodyBytes === undefined) {
      const header = this.#cut(headerBytes);
      if (header === undefined) return false;
      const bytes = header.readUInt32BE(0);
      if (bytes > this.#mostBytes) {
        throw new PlaybookError("protocol", `a frame of ${bytes} bytes is larger than ${this.#mostBytes}`);
      }
      this.#bodyBytes = bytes;
    }
    const body = this.#cut(this.#bodyBytes);
    if (body === undefined) return false;
    this.#bodyBytes = undefined;
    this.#listener.frame(parseFrame(body));
    return true;
  }

  /** A listener can end the reading while it hears of a frame. */
  #isOver(): boolean {
    return this.#over;
  }

  #cut(bytes: number): Buffer | undefined {
    if (this.#heldBytes < bytes) return undefined;
    const [first] = this.#chunks;
    const all = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    this.#heldBytes -= bytes;
    this.#chunks = this.#heldBytes === 0 ? [] : [all.subarray(bytes)];
    return all.subarray(0, bytes);
  }

  readonly #streamEnded = (): void => {
    const inside = this.#heldBytes > 0 || this.#bodyBytes !== undefined;
    this.#end(inside ? new PlaybookError("protocol", "the stream ended inside a frame") : undefined);
  };

  readonly #failed = (cause: Error): void => {
    this.#end(new PlaybookError("protocol", `the stream failed: ${cause.message}`, { cause }));
  };

  #end(error: PlaybookError | undefined): void {
    if (this.#over) return;
    this.close();
    this.#listener.ended(error);
  }

  /** Reads no more and tells nothing more. An error of the stream stays without effect. Idempotent. */
  close(): void {
    this.#over = true;
    this.#chunks = [];
    this.#heldBytes = 0;
    this.#stream.off("data", this.#take).off("end", this.#streamEnded).off("close", this.#streamEnded);
  }
}

const parseFrame = (body: Buffer): object => {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw new PlaybookError("protocol", "a frame is not JSON", { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new PlaybookError("protocol", "a frame is not an object");
  }
  return value;
};
