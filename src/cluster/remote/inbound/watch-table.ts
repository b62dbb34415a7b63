import type { Address } from "../../../kernel/index.ts";
import type { RemoteCounters } from "../counters.ts";

/** Who watches actors of this node from another one. */
export interface RemoteWatcher {
  /** The actor of the watch with this number has ended. */
  terminated(number: number): void;
}

interface Watched {
  readonly address: Address<never>;
  readonly watches: Map<RemoteWatcher, Set<number>>;
}

/** Watches of one peer that are served at a time. */
const mostOfPeer = 65_536;

/** Which actors of this node others watch. It outlives the lives of the actor that waits for their ends. */
export class WatchTable {
  readonly #watched = new Map<Address<never>, Watched>();
  readonly #ofPeer = new Map<RemoteWatcher, Map<number, Watched>>();
  readonly #counters: RemoteCounters;

  constructor(counters: RemoteCounters) {
    this.#counters = counters;
  }

  /** All actors that are watched. */
  targets(): readonly Address<never>[] {
    return [...this.#watched.keys()];
  }

  /** False: that peer has as many watches as it may, or one of this number. */
  add(watcher: RemoteWatcher, number: number, address: Address<never>): boolean {
    const ofPeer = this.#ofPeer.get(watcher) ?? new Map<number, Watched>();
    if (ofPeer.size >= mostOfPeer || ofPeer.has(number)) return false;
    this.#ofPeer.set(watcher, ofPeer);
    const watched: Watched = this.#watched.get(address) ?? { address, watches: new Map() };
    this.#watched.set(address, watched);
    ofPeer.set(number, watched);
    const numbers = watched.watches.get(watcher) ?? new Set<number>();
    watched.watches.set(watcher, numbers.add(number));
    this.#counters.watched += 1;
    return true;
  }

  /** @returns the actor that nobody watches any more */
  remove(watcher: RemoteWatcher, number: number): Address<never> | undefined {
    const ofPeer = this.#ofPeer.get(watcher);
    const watched = ofPeer?.get(number);
    if (ofPeer === undefined || watched === undefined) return undefined;
    ofPeer.delete(number);
    if (ofPeer.size === 0) this.#ofPeer.delete(watcher);
    const numbers = watched.watches.get(watcher);
    numbers?.delete(number);
    if (numbers?.size === 0) watched.watches.delete(watcher);
    this.#counters.watched -= 1;
    if (watched.watches.size > 0) return undefined;
    this.#watched.delete(watched.address);
    return watched.address;
  }

  /** A peer has ended. @returns the actors that nobody watches any more */
  removeAll(watcher: RemoteWatcher): readonly Address<never>[] {
    const numbers = [...(this.#ofPeer.get(watcher)?.keys() ?? [])];
    return numbers.map((number) => this.remove(watcher, number)).filter((address) => address !== undefined);
  }

  /** The actor has ended: tells each watch of it. */
  gone(address: Address<never>): void {
    for (const [watcher, numbers] of [...(this.#watched.get(address)?.watches ?? [])]) {
      for (const number of [...numbers]) {
        this.remove(watcher, number);
        watcher.terminated(number);
      }
    }
  }
}
