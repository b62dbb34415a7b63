import assert from "node:assert/strict";
import { seededRandom } from "../../../src/base/random.ts";
import type { LimitRequest, LimitSlot, Space } from "../../../src/store/index.ts";
import { rejects } from "../../support/rejects.ts";
import { describePort, type StoreAdapter } from "./adapter.ts";

const slotsOf = async (space: Space, request: LimitRequest, key = "target"): Promise<readonly LimitSlot[]> => {
  const reservation = await space.limits.reserve(key, request);
  return reservation.granted ? reservation.slots : [];
};

/** The most instants within any window of one second. */
const mostInOneSecond = (instants: readonly number[]): number => {
  const sorted = instants.toSorted((a, b) => a - b);
  let most = 0;
  let start = 0;
  for (const [end, instant] of sorted.entries()) {
    while (instant - (sorted[start] ?? 0) >= 1_000) start += 1;
    most = Math.max(most, end - start + 1);
  }
  return most;
};

export const limitsSuite = (adapter: StoreAdapter): void => {
  describePort(adapter, "Limits", (bench) => {
    it("grant slots from now on, each with its time, none beyond the next second", async () => {
      const { space, clock } = bench();
      const slots = await slotsOf(space, { n: 100, perSecond: 10 });
      assert.ok(slots.length >= 9 && slots.length <= 10, String(slots.length));
      assert.equal(slots[0]?.notBeforeMs, clock.monotonicMs());
      for (const slot of slots) {
        assert.ok(slot.notAfterMs > slot.notBeforeMs);
        assert.ok(slot.notBeforeMs <= clock.monotonicMs() + 1_000);
      }
      const next = await space.limits.reserve("target", { n: 1, perSecond: 10 });
      assert.equal(next.granted, false);
      assert.ok(!next.granted && next.retryInMs > 0 && next.retryInMs <= 1_000);
    });

    it("tell truly when to ask again", async () => {
      const { space, clock } = bench();
      while ((await slotsOf(space, { n: 10, perSecond: 3 })).length > 0);
      const refused = await space.limits.reserve("target", { n: 1, perSecond: 3 });
      assert.ok(!refused.granted);
      clock.advance(refused.retryInMs + 0.001);
      assert.equal((await slotsOf(space, { n: 1, perSecond: 3 })).length, 1);
    });

    for (const [perSecond, burst] of [
      [1, 0],
      [5, 0],
      [5, 3],
      [40, 10],
      [11, 0],
      [7, 1],
      [0.5, 0],
    ] as const) {
      it(`hold ${perSecond} a second with a burst of ${burst} in every window, wherever in its time a slot is used`, async () => {
        const { space, clock } = bench();
        const random = seededRandom(perSecond * 1_000 + burst);
        const used: number[] = [];
        for (let round = 0; round < 60; round += 1) {
          const slots = await slotsOf(space, { n: 1 + random.below(10), perSecond, burst });
          for (const { notBeforeMs, notAfterMs } of slots) {
            // Mostly the worst: one as late as it may be, the next as early.
            const at = random.below(3) === 0 ? random.next() : random.below(2);
            used.push(notBeforeMs + at * (notAfterMs - notBeforeMs));
          }
          clock.advance(random.below(3) === 0 ? 5_000 * random.next() : 200 * random.next());
        }
        assert.ok(used.length > 10, `only ${used.length} uses: too few to show anything`);
        const most = mostInOneSecond(used);
        assert.ok(most <= Math.ceil(perSecond) + burst, `${most} uses in one second`);
      });
    }

    it("carry nothing over: a pause earns no more than the burst", async () => {
      const { space, clock } = bench();
      await slotsOf(space, { n: 1, perSecond: 10, burst: 2 });
      clock.advance(60_000);
      const now = clock.monotonicMs();
      const slots = await slotsOf(space, { n: 100, perSecond: 10, burst: 2 });
      assert.equal(slots.filter(({ notBeforeMs }) => notBeforeMs <= now + 0.01).length, 3);
    });

    it("grant most of what is allowed to one who asks all the time", async () => {
      const { space, clock } = bench();
      let granted = 0;
      for (let at = 0; at < 100; at += 1) {
        granted += (await slotsOf(space, { n: 1_000, perSecond: 100 })).length;
        clock.advance(100);
      }
      assert.ok(granted >= 0.9 * 100 * 10, String(granted));
    });

    it("bound uses under way; a release or the end of the lease frees one", async () => {
      const { space, clock } = bench();
      const request = { n: 5, concurrent: 2, leaseMs: 1_000 };
      const first = await slotsOf(space, request);
      assert.equal(first.length, 2);
      const refused = await space.limits.reserve("target", request);
      assert.ok(!refused.granted && refused.retryInMs > 0);
      await space.limits.release("target", [first[0]?.id ?? ""]);
      await space.limits.release("target", [first[0]?.id ?? "", "unknown"]);
      assert.equal((await slotsOf(space, request)).length, 1, "released twice, freed once");
      clock.advance(1_100);
      assert.equal((await slotsOf(space, request)).length, 2);
    });

    it("keep rate and concurrency together", async () => {
      const { space } = bench();
      const slots = await slotsOf(space, { n: 10, perSecond: 100, concurrent: 3, leaseMs: 1_000 });
      assert.equal(slots.length, 3);
      assert.equal(new Set(slots.map(({ notBeforeMs }) => notBeforeMs)).size, 3);
    });

    it("keep keys apart, whatever is in them", async () => {
      const { space } = bench();
      const request = { n: 1, concurrent: 1, leaseMs: 1_000 };
      for (const key of ["a", "a/b", "a%2fb", "a/", "b"]) {
        assert.equal((await slotsOf(space, request, key)).length, 1, key);
        assert.equal((await slotsOf(space, request, key)).length, 0, key);
      }
    });

    it("are forgotten when nobody uses them, and hold after that", async () => {
      const { space, clock } = bench();
      await slotsOf(space, { n: 10, perSecond: 10 });
      clock.advance(120_000);
      await slotsOf(space, { n: 1, perSecond: 10 }, "other");
      const slots = await slotsOf(space, { n: 100, perSecond: 10 });
      assert.ok(slots.length >= 9 && slots.length <= 10);
    });

    it("refuse requests that bound nothing or never end", async () => {
      const { space } = bench();
      await rejects(space.limits.reserve("t", { n: 1 }), "invalid");
      await rejects(space.limits.reserve("t", { n: 1, concurrent: 1 }), "invalid");
      await rejects(space.limits.reserve("t", { n: 0, perSecond: 1 }), "invalid");
      await rejects(space.limits.reserve("t", { n: 1, perSecond: 0 }), "invalid");
      await rejects(space.limits.reserve("t", { n: 1, perSecond: Number.NaN }), "invalid");
    });
  });
};
