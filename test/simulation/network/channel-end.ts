import type { Channel, ChannelEvents, TransportFailure } from "../../../src/cluster/index.ts";
import type { Pipe, PipeItem } from "./pipe.ts";
import type { Station } from "./station.ts";

export const wasReset: TransportFailure = { code: "lost", message: "the connection was reset" };
const wasClosed: TransportFailure = { code: "lost", message: "the other end closed the connection" };

/** One end of a connection of the simulated network. What comes to it is told when its process can hear it. */
export class ChannelEnd implements Channel {
  readonly station: Station;
  events: ChannelEvents | undefined = undefined;
  readonly #pipe: Pipe;
  readonly #seen: (frame: Uint8Array) => void;
  /** Closed, or told that it is. */
  #ended = false;

  /**
   * @param pipe to the other end
   * @param seen told of each frame that is sent
   */
  constructor(station: Station, pipe: Pipe, seen: (frame: Uint8Array) => void) {
    this.station = station;
    this.#pipe = pipe;
    this.#seen = seen;
  }

  get ended(): boolean {
    return this.#ended;
  }

  send(frame: Uint8Array): boolean {
    if (this.#ended) return false;
    this.#seen(frame);
    return this.#pipe.push(Buffer.from(frame));
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#pipe.push("end");
  }

  /** Its process has gone without a word. */
  abandon(): void {
    this.#ended = true;
  }

  fail(failure: TransportFailure): void {
    this.#pipe.close();
    this.station.enter(() => {
      if (this.#ended) return;
      this.#ended = true;
      this.events?.onClosed(failure);
    });
  }

  drained(): void {
    this.station.enter(() => {
      if (!this.#ended) this.events?.onDrain();
    });
  }

  take(item: Exclude<PipeItem, "open">): void {
    if (item === "reset") return this.fail(wasReset);
    if (item === "end") return this.fail(wasClosed);
    this.station.enter(() => {
      if (!this.#ended) this.events?.onFrame(item);
    });
  }
}
