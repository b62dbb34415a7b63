import type { Socket } from "node:net";
import type { Clock } from "../../../base/clock.ts";
import { FailureError } from "../http/failure.ts";
import { within } from "./within.ts";

/**
 * Reads a connection piece by piece. What is not asked for stays with the other side: nothing is taken in beyond the
 * socket's own buffer.
 */
export class SocketReader {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #rest: Buffer = Buffer.alloc(0);
  #isOver = false;
  #wake: () => void = () => undefined;

  constructor(socket: Socket, clock: Clock, signal: AbortSignal) {
    this.#socket = socket;
    this.#clock = clock;
    this.#signal = signal;
    const over = (): void => {
      this.#isOver = true;
      this.#wake();
    };
    socket.on("readable", () => this.#wake());
    socket.once("end", over).once("close", over).once("error", over);
  }

  /**
   * What is there, as soon as anything is: at most `maxBytes`, as one read of a socket gives it.
   *
   * @throws FailureError `timeout`, `aborted`, or `connection-lost` when the other side has closed
   */
  async read(maxBytes: number, withinMs: number): Promise<Buffer> {
    if (maxBytes === 0) return Buffer.alloc(0);
    await this.#something(withinMs);
    const taken = this.#rest.subarray(0, maxBytes);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }

  /**
   * All that comes until the other side closes, the time is over or there are `maxBytes`.
   *
   * @throws FailureError as `read` does, when nothing came at all
   */
  async readAll(maxBytes: number, withinMs: number): Promise<{ readonly bytes: Buffer; readonly truncated: boolean }> {
    const endMs = this.#clock.monotonicMs() + withinMs;
    const pieces: Buffer[] = [];
    let size = 0;
    while (size < maxBytes) {
      try {
        const piece = await this.read(maxBytes - size, endMs - this.#clock.monotonicMs());
        pieces.push(piece);
        size += piece.length;
      } catch (thrown) {
        if (size === 0 || !(thrown instanceof FailureError) || thrown.kind === "aborted") throw thrown;
        return { bytes: Buffer.concat(pieces), truncated: false };
      }
    }
    return { bytes: Buffer.concat(pieces), truncated: true };
  }

  async #something(withinMs: number): Promise<void> {
    const bounds = { clock: this.#clock, signal: this.#signal, withinMs, what: "waiting for an answer" };
    if (this.#take()) return;
    await within(
      bounds,
      () =>
        new Promise<void>((resolve, reject) => {
          this.#wake = () => {
            if (this.#take()) resolve();
            else if (this.#isOver) reject(new FailureError("connection-lost", "the other side closed the connection"));
          };
          this.#wake();
        }),
    );
  }

  /** Whether there is anything to give. */
  #take(): boolean {
    if (this.#rest.length === 0) {
      const read: unknown = this.#socket.read();
      if (Buffer.isBuffer(read)) this.#rest = read;
    }
    return this.#rest.length > 0;
  }
}
