import type { World } from "../world.ts";

/** That the connection begins, a frame, that nothing more comes, or that the connection broke. */
export type PipeItem = "open" | "end" | "reset" | Buffer;

/** What becomes of a frame that is due. */
export type FrameFate = "delivered" | "lost" | "repeated" | "reset" | "late";

export interface PipeSetup {
  readonly world: World;
  /** Names it in the trace. */
  readonly label: string;
  /** With more than that under way, the sender is asked to wait. */
  readonly capacityBytes: number;
  /** Nothing arrives for now, and nothing is lost. */
  readonly blocked: () => boolean;
  readonly fate: () => FrameFate;
  readonly deliver: (item: PipeItem) => void;
  readonly onDrain: () => void;
}

const longestTravelMs = 30;
const longestLateMs = 700;
/** How long a connection may live on that has lost a frame: longer than a handshake may take. */
const longestLossMs = 12_000;

/**
 * One direction of a connection: what was put in arrives in order, some of it at a time, after a time that the seed decides. It takes no
 * step of the scheduler, or a cluster whose links only probe each other would have none left for its work.
 */
export class Pipe {
  readonly #setup: PipeSetup;
  readonly #items: PipeItem[] = [];
  #bytes = 0;
  #congested = false;
  #scheduled = false;
  #closed = false;
  #lateUntilMs = 0;

  constructor(setup: PipeSetup) {
    this.#setup = setup;
  }

  /** Something is under way that nothing holds up. */
  get busy(): boolean {
    return this.#items.length > 0 && !this.#setup.blocked();
  }

  /** False: it was taken, but there is much under way. */
  push(item: PipeItem): boolean {
    // Who is gone without a word leaves whoever sends to it believing that it arrives.
    if (this.#closed) return true;
    this.#items.push(item);
    this.#bytes += item.length;
    this.#congested ||= this.#bytes > this.#setup.capacityBytes;
    this.#schedule();
    return !this.#congested;
  }

  /** What is under way is gone, and so is all that is put in later. */
  close(): void {
    this.#closed = true;
    this.#items.length = 0;
    this.#bytes = 0;
  }

  /** The machine that sends has ended; what it had sent arrives, or not. */
  hangUp(keep: boolean): void {
    if (!keep) {
      this.#items.length = 0;
      this.#bytes = 0;
    }
    this.push("reset");
    this.#closed = true;
  }

  #schedule(): void {
    if (this.#scheduled || this.#items.length === 0) return;
    this.#scheduled = true;
    const { world } = this.#setup;
    world.after(1 + world.random.below(longestTravelMs), () => this.#arrive());
  }

  #arrive(): void {
    this.#scheduled = false;
    const { world, label, blocked } = this.#setup;
    if (blocked() || world.clock.monotonicMs() < this.#lateUntilMs) return this.#schedule();
    const due = this.#items.length === 0 ? 0 : 1 + world.random.below(this.#items.length);
    world.trace(`${due} frames ${label}`);
    for (let i = 0; i < due; i += 1) if (!this.#next()) break;
    this.#schedule();
    if (!this.#congested || this.#bytes > this.#setup.capacityBytes || this.#closed) return;
    this.#congested = false;
    this.#setup.onDrain();
  }

  /** Hands over what comes next. False: nothing more for now. */
  #next(): boolean {
    const { world, fate, deliver } = this.#setup;
    const [item] = this.#items;
    if (item === undefined) return false;
    const what = typeof item === "string" ? "delivered" : fate();
    if (what !== "delivered") world.count(`fault: frame ${what}`);
    if (what === "late") {
      this.#lateUntilMs = world.clock.monotonicMs() + world.random.below(longestLateMs);
      return false;
    }
    this.#items.shift();
    this.#bytes -= item.length;
    if (what === "lost") {
      // It breaks later: transports deliver everything, in order, or close.
      world.after(world.random.below(longestLossMs), () => this.push("reset"));
      return true;
    }
    if (what === "reset") {
      deliver("reset");
      return false;
    }
    deliver(item);
    if (what === "repeated") deliver(item);
    return true;
  }
}
