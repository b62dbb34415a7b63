import assert from "node:assert/strict";
import { pause } from "../../../src/base/pause.ts";
import { ManualClock } from "../../support/manual-clock.ts";

describe("a pause", () => {
  it("lasts its time, or until nobody wants it, and leaves nothing behind", async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    let over = false;
    const whole = pause(clock, 100, controller.signal).then(() => (over = true));
    clock.advance(99);
    await Promise.resolve();
    assert.equal(over, false);
    clock.advance(1);
    await whole;
    const cut = pause(clock, 100, controller.signal);
    controller.abort();
    await cut;
    await pause(clock, 100, controller.signal);
    assert.equal(clock.pending, 0);
  });
});
