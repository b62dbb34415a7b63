import { BundleStore, noOptions, Scans, scanSpace } from "../../src/actors/scan/index.ts";
import { StoreError } from "../../src/store/index.ts";
import { bundle } from "./simulated-engine.ts";
import type { SimulatedStore } from "./simulated-store.ts";
import { openSimulatedStore } from "./store-handle.ts";
import type { Workload } from "./workload.ts";
import type { World } from "./world.ts";

const submitEveryMs = 150;

/** A client outside of the cluster. It repeats a submission until that is acknowledged, and remembers which ones were. */
export class Submitter {
  readonly acknowledged = new Set<string>();
  readonly #world: World;
  readonly #scans: Scans;
  readonly #bundles: BundleStore;
  readonly #workload: Workload;
  #done = false;

  constructor(world: World, store: SimulatedStore, workload: Workload) {
    const space = openSimulatedStore(world, store, "client", (run) => run()).space(scanSpace);
    this.#world = world;
    this.#scans = new Scans(space, world.clock);
    this.#bundles = new BundleStore(space, world.clock);
    this.#workload = workload;
    void this.#submitAll();
  }

  get done(): boolean {
    return this.#done;
  }

  async #submitAll(): Promise<void> {
    await this.#untilAnswered(() => this.#bundles.put(bundle.hash, bundle.bytes));
    for (const id of this.#workload.tasks.keys()) {
      const spec = { target: `http://${id}.test/`, bundle: bundle.hash, options: noOptions };
      await this.#untilAnswered(() => this.#scans.submit(id, spec, this.#workload.priorities.get(id)));
      this.acknowledged.add(id);
      await new Promise<void>((resolve) => this.#world.after(this.#world.random.below(submitEveryMs), resolve));
    }
    this.#done = true;
  }

  async #untilAnswered(call: () => Promise<unknown>): Promise<void> {
    for (;;) {
      try {
        await call();
        return;
      } catch (error) {
        if (!(error instanceof StoreError && error.retryable)) throw error;
        this.#world.count("branch: submission repeated");
      }
    }
  }
}
