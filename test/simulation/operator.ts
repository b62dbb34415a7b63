import { Scans, scanSpace } from "../../src/actors/scan/index.ts";
import { StoreError } from "../../src/store/index.ts";
import { openSimulatedStore, type SimulatedStore } from "./simulated-store.ts";
import type { World } from "./world.ts";

const longestPauseMs = 600;
const cancelChance = 0.1;

/** Someone who pauses, resumes and cancels scans while they run, and in the end lets all of them go on. */
export class Operator {
  readonly #world: World;
  readonly #scans: Scans;
  readonly #ids: readonly string[];
  #done = false;

  constructor(world: World, store: SimulatedStore, ids: readonly string[]) {
    this.#world = world;
    this.#ids = ids;
    this.#scans = new Scans(openSimulatedStore(world, store, "operator", (run) => run()).space(scanSpace), world.clock);
    void this.#work();
  }

  /** Nothing is paused any more, and nothing more is asked for. */
  get done(): boolean {
    return this.#done;
  }

  async #work(): Promise<void> {
    while (!this.#world.healthy) {
      await new Promise<void>((resolve) => this.#world.after(this.#world.random.below(longestPauseMs), resolve));
      const id = this.#ids[this.#world.random.below(this.#ids.length)] ?? "";
      if (this.#world.chance(cancelChance)) await this.#ask("cancelled", () => this.#scans.cancel(id));
      else if (this.#world.chance(0.5)) await this.#ask("paused", () => this.#scans.pause(id));
      else await this.#ask("resumed", () => this.#scans.resume(id));
    }
    for (const id of this.#ids) await this.#ask("resumed", () => this.#scans.resume(id));
    this.#done = true;
  }

  /** Until it is answered, as a person would: an order that was only half carried out is completed by the next. */
  async #ask(what: string, call: () => Promise<unknown>): Promise<void> {
    for (;;) {
      try {
        const answer = await call();
        if (answer !== undefined && answer !== false) this.#world.count(`branch: ${what}`);
        return;
      } catch (error) {
        if (!(error instanceof StoreError && error.retryable)) throw error;
        this.#world.count("branch: order repeated");
      }
    }
  }
}
