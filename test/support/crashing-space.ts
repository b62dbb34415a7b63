import { StoreError, type Space } from "../../src/store/index.ts";

/**
 * A space whose holder dies at one of its writes: before it, or after it and without an answer. Nothing of that holder gets through any more.
 */
export class CrashingSpace {
  readonly space: Space;
  /** Writes so far. */
  writes = 0;
  readonly #at: number;
  readonly #when: "before" | "after";
  readonly #died: () => void;

  /** @param at which write, from 1; Infinity: never */
  constructor(space: Space, at: number, when: "before" | "after", died: () => void) {
    this.#at = at;
    this.#when = when;
    this.#died = died;
    this.space = this.#wrapped(space);
  }

  get isDead(): boolean {
    return this.writes >= this.#at;
  }

  #wrapped(space: Space): Space {
    const { queue, groups, records, leases } = space;
    return {
      name: space.name,
      limits: space.limits,
      queue: {
        add: (...args) => this.#write(() => queue.add(...args)),
        claim: (...args) => this.#write(() => queue.claim(...args)),
        extend: (...args) => this.#write(() => queue.extend(...args)),
        cancel: (...args) => this.#write(() => queue.cancel(...args)),
        replay: (...args) => this.#write(() => queue.replay(...args)),
        counts: (...args) => this.#read(() => queue.counts(...args)),
        get: (...args) => this.#read(() => queue.get(...args)),
        deadLetters: (...args) => this.#read(() => queue.deadLetters(...args)),
      },
      groups: {
        get: (...args) => this.#read(() => groups.get(...args)),
        hold: (...args) => this.#write(() => groups.hold(...args)),
        resume: (...args) => this.#write(() => groups.resume(...args)),
        cancel: (...args) => this.#write(() => groups.cancel(...args)),
      },
      records: {
        get: (...args) => this.#read(() => records.get(...args)),
        getMany: (...args) => this.#read(() => records.getMany(...args)),
        list: (...args) => this.#read(() => records.list(...args)),
      },
      leases: {
        acquire: (...args) => this.#read(() => leases.acquire(...args)),
        seize: (...args) => this.#read(() => leases.seize(...args)),
        renew: (...args) => this.#read(() => leases.renew(...args)),
        release: (...args) => this.#read(() => leases.release(...args)),
        look: (...args) => this.#read(() => leases.look(...args)),
      },
      commit: (...args) => this.#write(() => space.commit(...args)),
      revision: () => this.#read(() => space.revision()),
      changed: (...args) => this.#read(() => space.changed(...args)),
    };
  }

  async #read<Value>(call: () => Promise<Value>): Promise<Value> {
    if (this.isDead) throw dead();
    return call();
  }

  async #write<Value>(call: () => Promise<Value>): Promise<Value> {
    if (this.isDead) throw dead();
    this.writes += 1;
    if (this.writes < this.#at) return call();
    if (this.#when === "after") await call();
    this.#died();
    throw dead();
  }
}

const dead = (): StoreError => new StoreError("unavailable", "its holder is dead", { retryable: true });
