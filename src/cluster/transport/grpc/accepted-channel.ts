import type { ServerDuplexStream } from "@grpc/grpc-js";
import { printable } from "../../../base/printable.ts";
import type { Channel, ChannelEvents } from "../transport.ts";

type Call = ServerDuplexStream<Uint8Array, Uint8Array>;

/** One stream from another node. */
export class AcceptedChannel implements Channel {
  readonly #call: Call;
  readonly #onGone: () => void;
  #events: ChannelEvents | undefined;
  #closed = false;

  /** @param onGone when nothing more comes, whoever ended it */
  constructor(call: Call, onGone: () => void) {
    this.#call = call;
    this.#onGone = onGone;
  }

  /** To be called once. It may have been closed before: then nothing is told. */
  attach(events: ChannelEvents): void {
    const call = this.#call;
    if (!this.#closed) this.#events = events;
    call.on("drain", () => this.#events?.onDrain());
    call.on("end", () => this.#lost("the sender ended the connection"));
    call.on("cancelled", () => this.#lost("the connection broke off"));
    call.on("error", ({ message }) => this.#lost(message));
    call.on("data", (frame: Uint8Array) => this.#events?.onFrame(frame));
  }

  send(frame: Uint8Array): boolean {
    return !this.#closed && this.#call.write(frame);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#events = undefined;
    this.#call.end();
  }

  #lost(message: string): void {
    const events = this.#events;
    this.close();
    this.#onGone();
    events?.onClosed({ code: "lost", message: printable(message) });
  }
}
