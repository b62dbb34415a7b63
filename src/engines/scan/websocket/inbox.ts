import type { WebSocket } from "ws";
import type { Clock } from "../../../base/clock.ts";
import { FailureError, failureOf } from "../http/failure.ts";
import { within } from "../net/within.ts";

/** The messages of a websocket, one at a time: while none is waited for, nothing more is read. */
export class Inbox {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #messages: Buffer[] = [];
  #failure: FailureError | undefined;
  #wake: () => void = () => undefined;

  constructor(socket: WebSocket, clock: Clock, signal: AbortSignal) {
    this.#socket = socket;
    this.#clock = clock;
    this.#signal = signal;
    socket.on("message", (data) => {
      this.#messages.push(
        Buffer.isBuffer(data) ? data : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]),
      );
      if (!socket.isPaused) socket.pause();
      this.#wake();
    });
    socket.on("error", (error) => {
      const { kind, message } = failureOf(error, "");
      this.#end(new FailureError(kind, message));
    });
    socket.on("close", () => this.#end(new FailureError("connection-lost", "the other side closed the websocket")));
  }

  /** @throws FailureError `timeout`, `aborted`, or why there will be none */
  async next(withinMs: number): Promise<Buffer> {
    const bounds = { clock: this.#clock, signal: this.#signal, withinMs, what: "waiting for a message" };
    return await within(
      bounds,
      () =>
        new Promise<Buffer>((resolve, reject) => {
          this.#wake = () => {
            const message = this.#messages.shift();
            if (message !== undefined) resolve(message);
            else if (this.#failure !== undefined) reject(this.#failure);
            else if (this.#socket.isPaused) this.#socket.resume();
          };
          this.#wake();
        }),
    );
  }

  #end(failure: FailureError): void {
    this.#failure ??= failure;
    this.#wake();
  }
}
