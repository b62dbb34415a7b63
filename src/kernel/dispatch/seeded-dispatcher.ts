import type { Random } from "../../base/random.ts";
import type { Dispatcher, Runnable } from "./dispatcher.ts";

/**
 * The dispatcher of simulations and model tests: no nact and no event loop. Whoever owns it asks for one step at a time; which of the
 * ready actors takes it, and so the order of everything, comes from the seed.
 */
export class SeededDispatcher implements Dispatcher {
  readonly #ready: Runnable[] = [];
  readonly #random: Random;
  #open = true;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Actors that could take the next step. */
  get ready(): number {
    return this.#ready.length;
  }

  schedule(runnable: Runnable): void {
    if (this.#open) this.#ready.push(runnable);
  }

  /** From now on nothing runs: to everyone else, this node has died. */
  close(): void {
    this.#open = false;
    this.#ready.length = 0;
  }

  /** Lets one ready actor handle one message. False when none is ready. */
  step(): boolean {
    if (this.#ready.length === 0) return false;
    const at = this.#random.below(this.#ready.length);
    const [runnable] = this.#ready.splice(at, 1);
    if (runnable === undefined) return false;
    runnable.run(1);
    if (!this.#open) return true;
    if (runnable.again) this.#ready.push(runnable);
    else runnable.scheduled = false;
    return true;
  }
}
