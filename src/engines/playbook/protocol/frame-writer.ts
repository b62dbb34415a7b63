import type { Writable } from "node:stream";
import { PlaybookError } from "../errors.ts";

const headerBytes = 4;

/**
 * Writes frames for a `FrameReader` on the other side. It has its stream alone. What the other side does not read is held in the
 * stream: whoever writes bounds what is on its way, by waiting for answers or by `waitingBytes`.
 *
 * An error of the stream is for whoever reads it to hear; without a listener for it the process ends.
 */
export class FrameWriter<Message extends object> {
  readonly #stream: Writable;
  readonly #mostBytes: number;

  /** @param mostBytes of one frame's JSON */
  constructor(stream: Writable, mostBytes: number) {
    this.#stream = stream;
    this.#mostBytes = mostBytes;
  }

  /** Bytes that were written and that the system has not taken yet. */
  get waitingBytes(): number {
    return this.#stream.writableLength;
  }

  /**
   * Sends one message. Without effect once the stream is over.
   * @throws PlaybookError `protocol` for a message that is too large: nothing of it is sent
   */
  write(message: Message): void {
    const text = JSON.stringify(message);
    const bytes = Buffer.byteLength(text);
    if (bytes > this.#mostBytes) {
      throw new PlaybookError("protocol", `a frame of ${bytes} bytes is larger than ${this.#mostBytes}`);
    }
    if (!this.#stream.writable) return;
    const frame = Buffer.allocUnsafe(headerBytes + bytes);
    frame.writeUInt32BE(bytes, 0);
    frame.write(text, headerBytes, "utf8");
    this.#stream.write(frame);
  }

  /** Resolves once the system has taken everything, or when the stream is over. Nothing can be written after it. */
  end(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#stream.writable) {
        resolve();
        return;
      }
      this.#stream.once("close", resolve);
      this.#stream.end(() => resolve());
    });
  }
}
