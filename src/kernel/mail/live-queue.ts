import { Ring } from "./ring.ts";

/** Something that may lose its meaning while it waits. */
export interface Mortal {
  readonly live: boolean;
}

const leastSweep = 16;

/**
 * A first-in-first-out queue whose entries may die while they wait. The dead are swept out before they outnumber the living, so that its
 * length is bounded by that of what lives.
 */
export class LiveQueue<Entry extends Mortal> {
  readonly #entries = new Ring<Entry>();
  #sweepAt = leastSweep;

  /** Entries that take up room, dead ones included: fewer than 16, or at most twice as many as lived at the last sweep. */
  get length(): number {
    return this.#entries.size;
  }

  push(entry: Entry): void {
    if (this.#entries.size >= this.#sweepAt) this.#sweep();
    this.#entries.push(entry);
  }

  /** The oldest that lives, without taking it. */
  peek(): Entry | undefined {
    let first = this.#entries.peek();
    while (first?.live === false) {
      this.#entries.shift();
      first = this.#entries.peek();
    }
    return first;
  }

  /** Takes the oldest that lives. */
  shift(): Entry | undefined {
    const first = this.peek();
    if (first !== undefined) this.#entries.shift();
    return first;
  }

  #sweep(): void {
    for (let left = this.#entries.size; left > 0; left -= 1) {
      const entry = this.#entries.shift();
      if (entry.live) this.#entries.push(entry);
    }
    this.#sweepAt = Math.max(leastSweep, 2 * this.#entries.size);
  }
}
