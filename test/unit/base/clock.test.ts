import assert from "node:assert/strict";
import { systemClock } from "../../../src/base/clock.ts";

const timers = 60;

describe("the system clock", () => {
  it("runs nothing before its delay has passed, fractions of a millisecond included", async () => {
    const earlyMs: number[] = [];
    const waits = Array.from({ length: timers }, (_, at) => {
      const delayMs = 1 + (at * 0.37) / 2;
      const dueMs = systemClock.monotonicMs() + delayMs;
      return new Promise<void>((resolve) => {
        systemClock.after(delayMs, () => {
          if (systemClock.monotonicMs() < dueMs) earlyMs.push(dueMs - systemClock.monotonicMs());
          resolve();
        });
      });
    });
    await Promise.all(waits);
    assert.deepEqual(earlyMs, []);
  });

  it("a cancelled timer does not run, whenever it was cancelled", async () => {
    let ran = 0;
    const timer = systemClock.after(0.5, () => (ran += 1));
    timer.cancel();
    await new Promise<void>((resolve) => void systemClock.after(5, resolve));
    timer.cancel();
    assert.equal(ran, 0);
  });
});
