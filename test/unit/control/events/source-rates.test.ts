import assert from "node:assert/strict";
import { ControlError, Refusals } from "../../../../src/control/index.ts";
import { SourceRates } from "../../../../src/control/events/source-rates.ts";
import type { SecurityEvent } from "../../../../src/engines/events/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

const from = (source: string, count: number): readonly SecurityEvent[] =>
  Array.from({ length: count }, (_, at) => ({ id: `e${at}`, source, kind: "mining", data: {} }));

/** How long the source has to wait; 0: its events were let through. */
const waitMs = (rates: SourceRates, events: readonly SecurityEvent[]): number => {
  try {
    rates.take(events);
    return 0;
  } catch (error) {
    assert.ok(error instanceof ControlError && error.code === "too-fast" && error.retryable);
    return Number(error.ids["retryInMs"]);
  }
};

describe("the rate of a source", () => {
  it("lets one full call through at once, then as many events as it says, and tells when to come back", () => {
    const clock = new ManualClock();
    const refusals = new Refusals();
    const rates = new SourceRates(100, clock, refusals);
    assert.equal(waitMs(rates, from("edr", 500)), 0);
    assert.equal(waitMs(rates, from("edr", 50)), 500);
    assert.equal(waitMs(rates, from("fw", 500)), 0, "another source has a rate of its own");
    clock.advance(400);
    assert.equal(waitMs(rates, from("edr", 50)), 100);
    clock.advance(101);
    assert.equal(waitMs(rates, from("edr", 50)), 0);
    assert.ok(waitMs(rates, from("edr", 1)) > 0);
    assert.equal(refusals.of("grpc", "too-fast"), 3);
  });

  it("is none when none is set", () => {
    const rates = new SourceRates(undefined, new ManualClock(), new Refusals());
    for (let call = 0; call < 100; call += 1) assert.equal(waitMs(rates, from("edr", 500)), 0);
  });
});
