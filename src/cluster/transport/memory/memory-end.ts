import { mostFrameBytes } from "../../../wire/index.ts";
import type { Channel, ChannelEvents, TransportFailure } from "../transport.ts";
import { MemoryPipe, type PipeItem, type PipeSetup } from "./memory-pipe.ts";

export interface MemoryEndSetup extends Pick<PipeSetup, "clock" | "delayMs" | "isCut"> {
  readonly node: string;
  readonly other: () => MemoryEnd;
  /** The connection has reached this end: who listens to it, or why nobody does. */
  readonly opened: () => ChannelEvents | TransportFailure;
  /** Once. */
  readonly onEnd: () => void;
}

/** One end of a connection in memory. Frames are copied, as they are by a network. */
export class MemoryEnd implements Channel {
  readonly node: string;
  readonly #setup: MemoryEndSetup;
  readonly #pipe: MemoryPipe;
  #events: ChannelEvents | undefined;
  #ended = false;

  constructor(setup: MemoryEndSetup) {
    this.node = setup.node;
    this.#setup = setup;
    this.#pipe = new MemoryPipe({
      ...setup,
      deliver: (item) => setup.other().#take(item),
      onDrain: () => {
        if (!this.#ended) this.#events?.onDrain();
      },
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The end that dials. */
  dial(events: ChannelEvents): void {
    this.#events = events;
    this.#pipe.push("open");
  }

  send(frame: Uint8Array): boolean {
    return !this.#ended && this.#pipe.push(Buffer.from(frame));
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#pipe.push("end");
    this.#setup.onEnd();
  }

  /** Ends the connection here and now, and what is on the way from here is gone. */
  fail(failure: TransportFailure): void {
    this.#pipe.close();
    this.#end(failure);
  }

  /** Goes on after a cut. */
  go(): void {
    this.#pipe.go();
  }

  #take(item: PipeItem): void {
    if (this.#ended) return;
    if (item === "open") return this.#open();
    if (item === "end") return this.fail({ code: "lost", message: "the other end closed the connection" });
    if (item.length <= mostFrameBytes) return this.#events?.onFrame(item);
    this.#pipe.push("end");
    this.#end({ code: "oversized", message: `a frame of ${item.length} bytes came` });
  }

  #open(): void {
    const opened = this.#setup.opened();
    if (!("code" in opened)) {
      this.#events = opened;
      return;
    }
    this.#setup.other().fail(opened);
    this.fail(opened);
  }

  #end(failure: TransportFailure): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#setup.onEnd();
    this.#events?.onClosed(failure);
  }
}
