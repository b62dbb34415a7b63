import assert from "node:assert/strict";
import { EndSignals } from "../../../src/bin/process/end-signals.ts";
import { ManualClock } from "../../support/manual-clock.ts";

describe("signals to end", () => {
  it("one Ctrl-C that arrives twice, as through npm, is one request; another one hurries", () => {
    const clock = new ManualClock();
    const signals = new EndSignals(clock);
    assert.equal(signals.take("SIGINT"), "first");
    clock.advance(50);
    assert.equal(signals.take("SIGINT"), "repeated");
    clock.advance(1_000);
    assert.equal(signals.take("SIGINT"), "at-once");
  });

  it("a supervisor does not hurry by asking again", () => {
    const clock = new ManualClock();
    const signals = new EndSignals(clock);
    assert.equal(signals.take("SIGTERM"), "first");
    clock.advance(1_000);
    assert.equal(signals.take("SIGTERM"), "repeated");
    assert.equal(signals.take("SIGHUP"), "repeated");
    assert.equal(signals.take("SIGINT"), "at-once");
  });
});
