import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { nextTurn } from "../../../../../src/base/event-loop.ts";
import { ReadBudget } from "../../../../../src/engines/playbook/host/read-budget.ts";
import { ManualClock } from "../../../../support/manual-clock.ts";

const open = () => {
  const clock = new ManualClock();
  const stream = new PassThrough().resume();
  const budget = new ReadBudget(stream, { bytesPerSecond: 1_000, burstBytes: 500 }, clock);
  return { clock, stream, budget };
};

describe("the budget of a stream that is read", () => {
  it("pauses what is faster for as long as that takes", () => {
    const { clock, stream, budget } = open();
    budget.spend(500);
    assert.equal(stream.isPaused(), false);
    budget.spend(2_000);
    assert.equal(stream.isPaused(), true);
    clock.advance(1_999);
    assert.equal(stream.isPaused(), true);
    clock.advance(1);
    assert.equal(stream.isPaused(), false);
    assert.equal(clock.pending, 0);
  });

  it("lets pass what is slower, for ever", () => {
    const { clock, stream, budget } = open();
    for (let second = 0; second < 100; second += 1) {
      budget.spend(1_000 / 2);
      assert.equal(stream.isPaused(), false);
      clock.advance(500);
    }
  });

  it("saves up no more than the burst", () => {
    const { clock, stream, budget } = open();
    clock.advance(3_600_000);
    budget.spend(501);
    assert.equal(stream.isPaused(), true);
  });

  it("counts each read as more than it brought: byte by byte costs as much processor as far more at once", async () => {
    const { clock, stream } = open();
    let reads = 0;
    stream.on("data", () => (reads += 1));
    for (let n = 0; n < 100; n += 1) stream.write("x");
    assert.equal(stream.isPaused(), true);
    assert.equal(reads, 2);
    clock.advance(100);
    await nextTurn();
    assert.equal(reads, 3);
    assert.equal(stream.isPaused(), true);
  });

  it("reads at once what is left when it is lifted", () => {
    const { clock, stream, budget } = open();
    budget.spend(10_000);
    budget.lift();
    assert.equal(stream.isPaused(), false);
    budget.spend(10_000);
    assert.equal(stream.isPaused(), false);
    assert.equal(clock.pending, 0);
  });
});
