import { RespondError, type Events } from "../../../src/actors/respond/index.ts";
import type { SecurityEvent } from "../../../src/engines/events/index.ts";
import { StoreError } from "../../../src/store/index.ts";
import type { World } from "../world.ts";

const longestPauseMs = 500;
const mostAtOnce = 3;
const againChance = 0.3;

/** Someone who reports events. A call is repeated until it is answered, and now and then once more after that. */
export class EventSender {
  readonly acknowledged = new Set<string>();
  readonly #world: World;
  readonly #doors: readonly Events[];
  #done = false;

  /** @param doors where it may report: each is another process */
  constructor(world: World, doors: readonly Events[], events: readonly SecurityEvent[]) {
    this.#world = world;
    this.#doors = doors;
    void this.#sendAll(events);
  }

  get done(): boolean {
    return this.#done;
  }

  async #sendAll(events: readonly SecurityEvent[]): Promise<void> {
    const { random } = this.#world;
    for (let at = 0; at < events.length;) {
      const batch = events.slice(at, at + 1 + random.below(mostAtOnce));
      at += batch.length;
      await this.#send(batch);
      if (this.#world.chance(againChance)) await this.#send(batch);
      await new Promise<void>((resolve) => this.#world.after(random.below(longestPauseMs), resolve));
    }
    this.#done = true;
  }

  async #send(batch: readonly SecurityEvent[]): Promise<void> {
    for (;;) {
      try {
        const door = this.#doors[this.#world.random.below(this.#doors.length)];
        const results = (await door?.accept(batch))?.results ?? [];
        for (const { key, status } of results) {
          this.acknowledged.add(key);
          if (status === "known") this.#world.count("branch: event known");
        }
        return;
      } catch (error) {
        const isRetryable = (error instanceof StoreError || error instanceof RespondError) && error.retryable;
        if (!isRetryable) throw error;
        this.#world.count("branch: event reported again");
      }
    }
  }
}
