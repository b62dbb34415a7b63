import type { Socket } from "node:net";
import type { Conditions } from "./conditions.ts";

const mostQueuedBytes = 1024 * 1024;
/** While it is throttled, bytes come in portions of this time. */
const portionMs = 20;

interface Chunk {
  /** `undefined`: the end of the stream. */
  readonly bytes: Buffer | undefined;
  readonly dueMs: number;
}

/** One direction of one connection: carries bytes from one socket to the other under conditions that may change. */
export class Flow {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #conditions: () => Conditions;
  readonly #chunks: Chunk[] = [];
  #queuedBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #draining = false;
  #lost = false;

  constructor(from: Socket, to: Socket, conditions: () => Conditions) {
    this.#from = from;
    this.#to = to;
    this.#conditions = conditions;
    from.on("data", (bytes) => this.#take(bytes));
    from.on("end", () => this.#take(undefined));
    to.on("drain", () => {
      this.#draining = false;
      this.pump();
    });
    to.on("close", () => clearTimeout(this.#timer));
  }

  /** Bytes of this connection were swallowed. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Does what the conditions allow now. To be called when they have changed. */
  pump(): void {
    clearTimeout(this.#timer);
    const { cut, bytesPerSecond } = this.#conditions();
    if (cut === "lost") this.#swallow();
    while (cut === "none" && !this.#draining && !this.#to.destroyed) {
      const [head] = this.#chunks;
      if (head === undefined) break;
      const waitMs = head.dueMs - performance.now();
      if (waitMs > 0) {
        this.#wait(waitMs);
        break;
      }
      this.#chunks.shift();
      this.#forward(head, bytesPerSecond);
      if (bytesPerSecond < Infinity) {
        this.#wait(portionMs);
        break;
      }
    }
    if (this.#queuedBytes < mostQueuedBytes) this.#from.resume();
    else this.#from.pause();
  }

  #take(bytes: Buffer | undefined): void {
    this.#chunks.push({ bytes, dueMs: performance.now() + this.#conditions().delayMs });
    this.#queuedBytes += bytes?.length ?? 0;
    this.pump();
  }

  #forward({ bytes, dueMs }: Chunk, bytesPerSecond: number): void {
    if (bytes === undefined) {
      this.#to.end();
      return;
    }
    const portion = bytes.subarray(0, Math.max(1, (bytesPerSecond * portionMs) / 1_000));
    if (portion.length < bytes.length) this.#chunks.unshift({ bytes: bytes.subarray(portion.length), dueMs });
    this.#queuedBytes -= portion.length;
    this.#draining = !this.#to.write(portion);
  }

  #swallow(): void {
    this.#lost ||= this.#chunks.length > 0;
    this.#chunks.length = 0;
    this.#queuedBytes = 0;
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.pump(), ms);
  }
}
