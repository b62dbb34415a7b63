import assert from "node:assert/strict";
import fc from "fast-check";
import { DistinctWindow } from "../../../../src/engines/intercept/distinct-window.ts";
import { SlidingWindow } from "../../../../src/engines/intercept/sliding-window.ts";

const windowMs = 100;
const times = fc.integer({ min: 0, max: 40 }).map((slot) => slot * 10);

interface Seen {
  readonly atMs: number;
  readonly count: number;
  readonly value: string;
}

const accesses = fc.array(
  fc.record({ atMs: times, count: fc.integer({ min: 1, max: 3 }), value: fc.constantFrom("a", "b", "c", "d", "e") }),
  { minLength: 1, maxLength: 40 },
);

/** The most of any window that holds `atMs`, by looking at each of them. */
const most = (seen: readonly Seen[], atMs: number, measure: (within: readonly Seen[]) => number): number =>
  Math.max(
    ...seen
      .filter((last) => last.atMs >= atMs && last.atMs - atMs < windowMs)
      .map((last) => measure(seen.filter(({ atMs: time }) => time <= last.atMs && last.atMs - time < windowMs))),
  );
const sum = (within: readonly Seen[]): number => within.reduce((total, { count }) => total + count, 0);
const different = (within: readonly Seen[]): number => new Set(within.map(({ value }) => value)).size;

describe("windows of interception (GUARD-7)", () => {
  it("are crossed by the access with which any window has more than the threshold, in any order of arrival", () => {
    fc.assert(
      fc.property(accesses, fc.integer({ min: 1, max: 12 }), (arriving, threshold) => {
        const window = new SlidingWindow();
        const seen: Seen[] = [];
        for (const access of arriving) {
          seen.push(access);
          const crossed = window.add(access.atMs, access.count, { threshold, windowMs });
          assert.equal(crossed, most(seen, access.atMs, sum) > threshold);
          if (crossed) return;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("count different values exactly, in any order of arrival", () => {
    fc.assert(
      fc.property(accesses, fc.integer({ min: 1, max: 4 }), (arriving, threshold) => {
        const window = new DistinctWindow();
        const seen: Seen[] = [];
        for (const access of arriving) {
          const before = new Set(seen.map(({ value }) => value));
          seen.push(access);
          const crossed = window.add(access.atMs, access.value, { threshold, windowMs });
          const expected = most(seen, access.atMs, different) > threshold;
          assert.equal(crossed, expected, `${JSON.stringify(arriving)} after ${before.size} values`);
          if (crossed) return;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("keep few times of a value that comes again and again", () => {
    const window = new DistinctWindow();
    for (let atMs = 0; atMs < 10_000; atMs += 1) window.add(atMs, "a", { threshold: 1, windowMs: 1_000 });
    assert.ok((window.content()["a"]?.length ?? 0) <= 22, `${window.content()["a"]?.length}`);
  });

  it("have no edge over which twice the threshold gets through", () => {
    const limit = { threshold: 10, windowMs: 1_000 };
    const window = new SlidingWindow();
    assert.equal(window.add(990, 10, limit), false);
    assert.equal(window.add(1_010, 1, limit), true);
    const other = new SlidingWindow();
    assert.equal(other.add(990, 10, limit), false);
    assert.equal(other.add(1_990, 10, limit), false);
    assert.equal(other.add(1_989, 1, limit), true);
  });

  it("are what is left of them, however much was forgotten (in many steps too)", () => {
    const step = fc.record({ byMs: fc.integer({ min: -30, max: 60 }), count: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 20, max: 600 }), (steps, keptMs) => {
        const limit = { threshold: 1_000, windowMs };
        const window = new SlidingWindow();
        const left = new Map<number, number>();
        let latestMs = 1_000;
        for (const { byMs, count } of steps) {
          const atMs = latestMs + byMs;
          window.add(atMs, count, limit);
          left.set(atMs, (left.get(atMs) ?? 0) + count);
          latestMs = Math.max(latestMs, atMs);
          window.forgetBefore(latestMs - keptMs);
          for (const time of left.keys()) if (time < latestMs - keptMs) left.delete(time);
        }
        const rows = [...left].sort(([one], [other]) => one - other);
        const expected = { times: rows.map(([time]) => time), counts: rows.map(([, count]) => count) };
        assert.deepEqual(window.content(), expected);
        assert.equal(window.isEmpty, rows.length === 0);
        assert.equal(window.latestMs, expected.times.at(-1));
        const total = expected.counts.reduce((sum, count) => sum + count, 0);
        const wide = { threshold: total, windowMs: 1_000_000 };
        assert.equal(window.add(latestMs, 1, wide), true);
        assert.equal(SlidingWindow.of(expected).add(latestMs, 1, wide), true);
      }),
      { numRuns: 500 },
    );
  });

  it("forget, and are the same after a snapshot", () => {
    const limit = { threshold: 4, windowMs };
    const window = new SlidingWindow();
    for (const atMs of [10, 50, 70, 90]) window.add(atMs, 1, limit);
    window.forgetBefore(50);
    assert.deepEqual(window.content(), { times: [50, 70, 90], counts: [1, 1, 1] });
    const restored = SlidingWindow.of(structuredClone(window.content()));
    assert.equal(restored.add(100, 1, limit), false);
    assert.equal(restored.add(100, 1, limit), true);
    restored.forgetBefore(1_000);
    assert.ok(restored.isEmpty);

    const values = new DistinctWindow();
    for (const value of ["__proto__", "b", "c"]) values.add(10, value, limit);
    const again = DistinctWindow.of(structuredClone(values.content()));
    assert.equal(again.add(20, "d", limit), false);
    assert.equal(again.add(30, "e", limit), true);
    again.forgetBefore(31);
    assert.equal(again.latestMs, undefined);
  });
});
