import assert from "node:assert/strict";
import { StoreClock } from "../../../../src/store/redis/store-clock.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

describe("StoreClock", () => {
  /** Readings of a server whose clock is `aheadMs` before the holder's, with the ways there and back. */
  const clockWith = (aheadMs: () => number, ways: () => readonly [number, number]) => {
    const holder = new ManualClock();
    const store = new StoreClock(holder, () => {
      const [there, back] = ways();
      holder.advance(there);
      const readMs = holder.monotonicMs() + aheadMs();
      holder.advance(back);
      return Promise.resolve(readMs);
    });
    return { holder, store };
  };

  it("never places an instant earlier than it is, and not later than the best reading took to come back", async () => {
    const ways: (readonly [number, number])[] = [
      [5, 40],
      [900, 3],
      [0, 70],
    ];
    const { store } = clockWith(
      () => 1_000_000,
      () => ways.shift() ?? [0, 0],
    );
    const placed: number[] = [];
    while (ways.length > 0) {
      await store.sample();
      placed.push(store.toHolderMs(1_005_000));
    }
    assert.deepEqual(placed, [5_040, 5_003, 5_003]);
  });

  it("follows a server's clock that goes back or forward", async () => {
    let aheadMs = 500;
    const { store } = clockWith(
      () => aheadMs,
      () => [1, 2],
    );
    await store.sample();
    assert.equal(store.toHolderMs(10_500), 10_002);
    aheadMs = -60_000;
    await store.sample();
    assert.equal(store.toHolderMs(-50_000), 10_002);
    aheadMs = 7_000;
    await store.sample();
    assert.equal(store.toHolderMs(17_000), 10_002);
  });
});
