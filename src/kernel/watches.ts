import type { ActorCell } from "./actor-cell.ts";
import { stopped } from "./phase.ts";
import { Ring } from "./ring.ts";

interface Farewell {
  readonly target: ActorCell;
  /** How many messages had entered the watcher's mailbox when the target stopped: they come first. */
  readonly after: number;
}

/**
 * What one actor watches. A farewell waits until everything that lay in the mailbox before it has been handled, so that it comes after
 * the last message of the one that stopped; no full mailbox can refuse it.
 */
export class Watches {
  readonly #watcher: ActorCell;
  readonly #messages = new Map<ActorCell, unknown>();
  #farewells = new Ring<Farewell>();

  constructor(watcher: ActorCell) {
    this.#watcher = watcher;
  }

  add(target: ActorCell, message: unknown, accepted: number): void {
    this.#messages.set(target, message);
    if (target.phase === stopped) this.fire(target, accepted);
    else (target.watchers ??= new Set<ActorCell>()).add(this.#watcher);
  }

  remove(target: ActorCell): void {
    this.#messages.delete(target);
    target.watchers?.delete(this.#watcher);
  }

  /** The life of the watcher has ended: nothing of what it watched is delivered any more. */
  clear(): void {
    for (const target of this.#messages.keys()) target.watchers?.delete(this.#watcher);
    this.#messages.clear();
    this.#farewells = new Ring<Farewell>();
  }

  fire(target: ActorCell, accepted: number): void {
    this.#farewells.push({ target, after: accepted });
  }

  /** Whether a farewell can be delivered, now that `taken` messages have left the mailbox. */
  due(taken: number): boolean {
    for (let next = this.#farewells.peek(); next !== undefined; next = this.#farewells.peek()) {
      if (this.#messages.has(next.target)) return next.after <= taken;
      this.#farewells.shift();
    }
    return false;
  }

  /** The message of the farewell that is due. The watch ends with it. */
  take(): unknown {
    const { target } = this.#farewells.shift();
    const message = this.#messages.get(target);
    this.#messages.delete(target);
    return message;
  }
}
