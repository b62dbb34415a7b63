import { LiveQueue, type Mortal } from "./live-queue.ts";
import type { Watchable, Watcher } from "./watchable.ts";

/** One target that is watched. */
class Watch implements Mortal {
  /** False once it was withdrawn or told. */
  live = true;
  readonly target: Watchable;
  message: unknown;
  /** How many messages had entered the watcher's mailbox when the target stopped: they come first. */
  after = 0;

  constructor(target: Watchable, message: unknown) {
    this.target = target;
    this.message = message;
  }
}

/**
 * What one actor watches. A farewell waits until everything that lay in the mailbox before it has been handled, so that it comes after
 * the last message of the one that stopped; no full mailbox can refuse it.
 */
export class Watches {
  readonly #watcher: Watcher;
  readonly #byTarget = new Map<Watchable, Watch>();
  /** Watches whose target has stopped. */
  #farewells = new LiveQueue<Watch>();

  constructor(watcher: Watcher) {
    this.#watcher = watcher;
  }

  add(target: Watchable, message: unknown, accepted: number): void {
    const known = this.#byTarget.get(target);
    if (known !== undefined) {
      known.message = message;
      return;
    }
    this.#byTarget.set(target, new Watch(target, message));
    if (target.gone) this.fire(target, accepted);
    else target.addWatcher(this.#watcher);
  }

  remove(target: Watchable): void {
    const watch = this.#byTarget.get(target);
    if (watch === undefined) return;
    watch.live = false;
    this.#byTarget.delete(target);
    target.removeWatcher(this.#watcher);
  }

  /** The life of the watcher has ended: nothing of what it watched is delivered any more. */
  clear(): void {
    for (const target of this.#byTarget.keys()) target.removeWatcher(this.#watcher);
    this.#byTarget.clear();
    this.#farewells = new LiveQueue<Watch>();
  }

  fire(target: Watchable, accepted: number): void {
    const watch = this.#byTarget.get(target);
    if (watch === undefined) return;
    watch.after = accepted;
    this.#farewells.push(watch);
  }

  /** Whether a farewell can be delivered, now that `taken` messages have left the mailbox. */
  due(taken: number): boolean {
    const next = this.#farewells.peek();
    return next !== undefined && next.after <= taken;
  }

  /** The message of the farewell that is due. The watch ends with it. */
  take(): unknown {
    const watch = this.#farewells.shift();
    if (watch !== undefined) this.#byTarget.delete(watch.target);
    return watch?.message;
  }
}
