import { submitScan, scanSpace } from "../../src/actors/scan/index.ts";
import { StoreError } from "../../src/store/index.ts";
import { openSimulatedStore, type SimulatedStore } from "./simulated-store.ts";
import type { World } from "./world.ts";

/** Templates of the simulated engine have no content; any hash will do. */
const bundle = "0".repeat(64);
const submitEveryMs = 150;

/** A client outside of the cluster. It repeats a submission until that is acknowledged, and remembers which ones were. */
export class Submitter {
  readonly acknowledged = new Set<string>();
  readonly #open: string[];

  constructor(world: World, store: SimulatedStore, tasks: readonly string[]) {
    this.#open = [...tasks];
    const space = openSimulatedStore(world, store, "client", (run) => run()).space(scanSpace);
    const submit = (): void => {
      const id = this.#open[0];
      if (id === undefined) return;
      submitScan(space, id, { target: `http://${id}.test/`, bundle }).then(
        () => {
          this.acknowledged.add(id);
          this.#open.shift();
          world.after(world.random.below(submitEveryMs), submit);
        },
        (error: unknown) => {
          if (!(error instanceof StoreError && error.retryable)) throw error;
          world.count("branch: submission repeated");
          submit();
        },
      );
    };
    submit();
  }

  get done(): boolean {
    return this.#open.length === 0;
  }
}
