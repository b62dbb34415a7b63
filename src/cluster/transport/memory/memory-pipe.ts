import type { Clock, Timer } from "../../../base/clock.ts";

/** That the connection begins, a frame, or that nothing more comes. */
export type PipeItem = "open" | Buffer | "end";

export interface PipeSetup {
  readonly clock: Clock;
  /** How long the next item travels, in milliseconds. */
  readonly delayMs: () => number;
  /** Nothing arrives for now, and nothing is lost. */
  readonly isCut: () => boolean;
  readonly deliver: (item: PipeItem) => void;
  /** There is room again after `push` returned false. */
  readonly onDrain: () => void;
}

interface Travelling {
  readonly item: PipeItem;
  readonly dueMs: number;
}

/** With more bytes than that on the way, the sender is asked to wait. */
const highBytes = 256 * 1024;

/** One direction of a connection: items arrive in order, each after its delay. */
export class MemoryPipe {
  readonly #setup: PipeSetup;
  readonly #items: Travelling[] = [];
  #bytes = 0;
  #congested = false;
  #timer: Timer | undefined;
  #closed = false;

  constructor(setup: PipeSetup) {
    this.#setup = setup;
  }

  /** False: it was taken, but there is much on the way. */
  push(item: PipeItem): boolean {
    if (this.#closed) return false;
    const { clock, delayMs } = this.#setup;
    const last = this.#items.at(-1)?.dueMs ?? 0;
    this.#items.push({ item, dueMs: Math.max(last, clock.monotonicMs() + delayMs()) });
    this.#bytes += item.length;
    this.#congested ||= this.#bytes > highBytes;
    this.go();
    return !this.#congested;
  }

  /** Goes on after a cut. */
  go(): void {
    const [first] = this.#items;
    if (first === undefined || this.#timer !== undefined || this.#closed || this.#setup.isCut()) return;
    const { clock } = this.#setup;
    this.#timer = clock.after(Math.max(0, first.dueMs - clock.monotonicMs()), () => this.#arrive(), true);
  }

  /** What is on the way is gone. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#items.length = 0;
  }

  /** All that is due, so that a burst costs one timer. */
  #arrive(): void {
    this.#timer = undefined;
    const { clock, isCut, deliver, onDrain } = this.#setup;
    const nowMs = clock.monotonicMs();
    for (let [first] = this.#items; first !== undefined && first.dueMs <= nowMs && !isCut(); [first] = this.#items) {
      this.#items.shift();
      this.#bytes -= first.item.length;
      deliver(first.item);
    }
    this.go();
    if (!this.#congested || this.#bytes > highBytes || this.#closed) return;
    this.#congested = false;
    onDrain();
  }
}
