import assert from "node:assert/strict";
import { RateGate } from "../../../src/control/access/rate-gate.ts";
import { ManualClock } from "../../support/manual-clock.ts";

describe("a gate for rates", () => {
  it("lets a burst through, then as many as come in a second", () => {
    const clock = new ManualClock();
    const gate = new RateGate(clock, 10, 3);
    assert.deepEqual(
      [1, 2, 3, 4].map(() => gate.pass()),
      [true, true, true, false],
    );
    clock.advance(100);
    assert.deepEqual([gate.pass(), gate.pass()], [true, false]);
    clock.advance(60_000);
    assert.deepEqual(
      [1, 2, 3, 4].map(() => gate.pass()),
      [true, true, true, false],
    );
  });

  it("lets all of a call through or none, and says when it would", () => {
    const clock = new ManualClock();
    const gate = new RateGate(clock, 10, 100);
    assert.equal(gate.take(95), 0);
    assert.equal(gate.take(10), 500);
    assert.equal(gate.take(5), 0);
    clock.advance(gate.take(10));
    assert.equal(gate.take(10), 0);
  });

  it("lets more than a burst through when it is full, and makes the next wait for it", () => {
    const clock = new ManualClock();
    const gate = new RateGate(clock, 10, 10);
    assert.equal(gate.take(30), 0);
    assert.equal(gate.take(1), 2_100);
    clock.advance(2_100);
    assert.equal(gate.take(1), 0);
  });
});
