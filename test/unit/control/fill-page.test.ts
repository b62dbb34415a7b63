import assert from "node:assert/strict";
import { fillPage } from "../../../src/control/fill-page.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const mebibyte = 1024 * 1024;

/** Rows `0` … `count - 1` of a store, whose reads take so long, and are remembered. */
const store = (count: number, clock: ManualClock, readMs = 0) => {
  const asked: number[] = [];
  const read = ({ limit = 0, after = "-1" }) => {
    asked.push(limit);
    clock.advance(readMs);
    const from = Number(after) + 1;
    const rows = Array.from({ length: Math.min(limit, count - from) }, (_, at) => from + at);
    const last = from + rows.length;
    return Promise.resolve({ rows, next: last < count ? String(last - 1) : undefined });
  };
  return { asked, read };
};

describe("a page of a listing", () => {
  it("is read in large parts as long as its rows are small", async () => {
    const clock = new ManualClock();
    const { asked, read } = store(1_000, clock);
    const { rows, next } = await fillPage({ clock, limit: 500 }, read, String);
    assert.equal(rows.length, 500);
    assert.equal(next, "499");
    assert.deepEqual(asked, [100, 100, 100, 100, 100]);
  });

  it("fits into a message, however large its rows are", async () => {
    const clock = new ManualClock();
    const { asked, read } = store(100, clock);
    const row = "x".repeat(270 * 1024);
    const { rows, next } = await fillPage({ clock, limit: 100 }, read, (at) => `${at}${row}`);
    assert.ok(rows.length >= 8 && rows.length * row.length < 4 * mebibyte, `${rows.length} rows`);
    assert.equal(next, String(rows.length - 1));
    assert.deepEqual(
      rows.map((text) => Number.parseInt(text, 10)),
      rows.map((_, at) => at),
    );
    // What was too much is not read a second time at that size.
    assert.equal(asked.filter((limit) => limit > 13).length, 1);
  });

  it("is too large where more is read than was wanted, and is not read for ever", async () => {
    let reads = 0;
    const row = "x".repeat(100 * 1024);
    const read = () => {
      reads += 1;
      return Promise.resolve({ rows: Array.from({ length: 50 }, (_, at) => at), next: undefined });
    };
    const { rows } = await fillPage({ clock: new ManualClock(), limit: 100 }, read, () => row);
    assert.deepEqual([rows.length, reads], [50, 2]);
  });

  it("ends in time when there is nothing to show for long, and the next one goes on there", async () => {
    const clock = new ManualClock();
    const beganMs = clock.monotonicMs();
    let looked = 0;
    const read = () => {
      clock.advance(400);
      looked += 100;
      return Promise.resolve({ rows: [], next: String(looked) });
    };
    const { rows, next } = await fillPage({ clock, limit: 500 }, read, String);
    assert.deepEqual(rows, []);
    assert.equal(next, String(looked));
    assert.equal(clock.monotonicMs() - beganMs, 1_200);
  });
});
