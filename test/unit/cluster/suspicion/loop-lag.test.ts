import assert from "node:assert/strict";
import { LoopLag } from "../../../../src/cluster/suspicion/loop-lag.ts";

const leaseMs = 3_000;

/** Ticks in time from one instant to another one. */
const ticking = (lag: LoopLag, fromMs: number, toMs: number): void => {
  for (let nowMs = fromMs + lag.periodMs; nowMs <= toMs; nowMs += lag.periodMs) lag.tick(nowMs);
};

describe("the lag of a process' own loop", () => {
  it("is not known before a lease's time of ticks has passed", () => {
    const lag = new LoopLag(leaseMs, 0);
    ticking(lag, 0, 2_900);
    assert.equal(lag.isSteady(2_900), false);
    lag.tick(3_000);
    assert.equal(lag.isSteady(3_000), true);
  });

  it("of a tenth of a lease counts for a lease's time; less does not", () => {
    for (const lateMs of [299, 300]) {
      const lag = new LoopLag(leaseMs, 0);
      ticking(lag, 0, 3_000);
      const thawedMs = 3_000 + lag.periodMs + lateMs;
      lag.tick(thawedMs);
      assert.equal(lag.isSteady(thawedMs), lateMs < 300);
      ticking(lag, thawedMs, thawedMs + 2_900);
      assert.equal(lag.isSteady(thawedMs + 2_900), lateMs < 300);
      lag.tick(thawedMs + 3_000);
      assert.equal(lag.isSteady(thawedMs + 3_000), true);
    }
  });

  it("shows before the tick that is late has come", () => {
    const lag = new LoopLag(leaseMs, 0);
    ticking(lag, 0, 4_000);
    assert.equal(lag.isSteady(4_399), true);
    assert.equal(lag.isSteady(4_400), false);
  });
});
