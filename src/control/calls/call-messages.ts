import type { Readable } from "node:stream";
import { unlessAborted, type OpenCall } from "./call.ts";

/** The messages that a client sends in a call, decoded one after another as they are asked for. To be iterated once. */
export class CallMessages<Request> implements AsyncIterable<Request> {
  readonly #source: Readable;
  readonly #decode: (bytes: Uint8Array) => Request;
  readonly #open: OpenCall;
  readonly #ended = new AbortController();

  constructor(source: Readable, decode: (bytes: Uint8Array) => Request, open: OpenCall) {
    this.#source = source;
    this.#decode = decode;
    this.#open = open;
  }

  /** To whoever reads them it is as if the client had sent no more. Idempotent. */
  end(): void {
    this.#ended.abort();
  }

  /** Throws the reason when the call ends, and a WireError for what is no message. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Request, void> {
    // What the client has ended may still be answered: the stream is not destroyed with its last message.
    const parts: AsyncIterator<unknown> = this.#source.iterator({ destroyOnReturn: false });
    const ended = this.#ended.signal;
    const isEnded = (): boolean => ended.aborted;
    while (!isEnded()) {
      try {
        const part = await this.#open.within(unlessAborted(parts.next(), ended));
        if (part.done === true) return;
        yield this.#decode(part.value as Buffer);
      } catch (error) {
        if (isEnded() && !this.#open.signal.aborted) return;
        throw error;
      }
    }
  }
}
