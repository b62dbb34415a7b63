import type { Space, Store } from "../../../src/store/index.ts";
import type { ManualClock } from "../../support/manual-clock.ts";

export const retention = { retainMs: 60_000, retainDeadMs: 600_000 };

/** A store of one kind, with time in the hands of the test. */
export interface OpenStore {
  readonly store: Store;
  readonly clock: ManualClock;
  /** Closes it and removes what it left. */
  end(): Promise<void>;
}

export interface StoreAdapter {
  readonly name: string;
  /** A new, empty store with `retention`. */
  open(): Promise<OpenStore>;
}

/** What a test works with: a space that nobody else uses. */
export interface Bench {
  readonly space: Space;
  readonly store: Store;
  readonly clock: ManualClock;
}

/** Describes one port for one adapter: one store for all of its tests, a space for each. */
export const describePort = (adapter: StoreAdapter, port: string, tests: (bench: () => Bench) => void): void => {
  describe(`${port} on ${adapter.name}`, () => {
    let open: OpenStore | undefined;
    let spaces = 0;
    before(async () => {
      open = await adapter.open();
    });
    after(async () => {
      await open?.end();
    });
    tests(() => {
      if (open === undefined) throw new Error("the store is not open");
      spaces += 1;
      return { store: open.store, clock: open.clock, space: open.store.space(`space-${spaces}`) };
    });
  });
};
