import { scanHasEnded, Scans, scanSpace, type ScanPeers } from "../../src/actors/scan/index.ts";
import { StoreError } from "../../src/store/index.ts";
import type { SimulatedStore } from "./simulated-store.ts";
import { openSimulatedStore } from "./store-handle.ts";
import type { World } from "./world.ts";

const longestPauseMs = 200;
const cancelChance = 0.25;
/** How long an order that was given up may still be on its way. */
const lookAgainMs = 2_000;

/** Someone who pauses, resumes and cancels scans while they run, and in the end lets all of them go on. */
export class Operator {
  readonly #world: World;
  readonly #scans: Scans;
  readonly #ids: readonly string[];
  /** One scan is enough: the others have to come to their own end. */
  #cancelled = false;
  #done = false;

  /** @param peers are told of scans that he pauses or cancels */
  constructor(world: World, store: SimulatedStore, ids: readonly string[], peers: Pick<ScanPeers, "check">) {
    this.#world = world;
    this.#ids = ids;
    const space = openSimulatedStore(world, store, "operator", (run) => run()).space(scanSpace);
    this.#scans = new Scans(space, world.clock, peers);
    void this.#work();
  }

  /** All scans have ended. */
  get done(): boolean {
    return this.#done;
  }

  async #work(): Promise<void> {
    while (!this.#world.healthy) {
      await new Promise<void>((resolve) => this.#world.after(this.#world.random.below(longestPauseMs), resolve));
      const id = this.#ids[this.#world.random.below(this.#ids.length)] ?? "";
      const view = await this.#untilAnswered(() => this.#scans.get(id));
      if (view === undefined || scanHasEnded(view.state)) continue;
      if (!this.#cancelled && this.#world.chance(cancelChance)) this.#cancelled = await this.#cancel(id);
      else if (view.state === "paused") await this.#resume(id);
      else await this.#pause(id);
    }
    await this.#letGoOn();
    this.#done = true;
  }

  /** As a person would: looks again, since an order to pause that was given up can reach the store after the one to resume. */
  async #letGoOn(): Promise<void> {
    for (let open = this.#ids; open.length > 0;) {
      const going: string[] = [];
      for (const id of open) {
        const view = await this.#untilAnswered(() => this.#scans.get(id));
        if (view === undefined || scanHasEnded(view.state)) continue;
        going.push(id);
        await this.#resume(id);
      }
      open = going;
      if (open.length > 0) await new Promise<void>((resolve) => this.#world.after(lookAgainMs, resolve));
    }
  }

  async #pause(id: string): Promise<void> {
    await this.#untilAnswered(() => this.#scans.pause(id));
    this.#world.count("branch: paused");
  }

  async #resume(id: string): Promise<void> {
    await this.#untilAnswered(() => this.#scans.resume(id));
    this.#world.count("branch: resumed");
  }

  async #cancel(id: string): Promise<boolean> {
    const cancelled = (await this.#untilAnswered(() => this.#scans.cancel(id))) === true;
    if (cancelled) this.#world.count("branch: cancelled");
    return cancelled;
  }

  /** As a person would: an order that was only half carried out is completed by the next. */
  async #untilAnswered<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof StoreError && error.retryable)) throw error;
        this.#world.count("branch: order repeated");
      }
    }
  }
}
