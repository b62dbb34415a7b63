import assert from "node:assert/strict";
import { HeldClaims } from "../../../../src/actors/claims/held-claims.ts";
import type { Claim, Space } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

const leaseMs = 1_000;

describe("the claims that a supervisor holds", () => {
  let clock: ManualClock;
  let space: Space;
  beforeEach(async () => {
    clock = new ManualClock();
    space = openMemoryStore(createMemoryDatabase({ clock })).space("scan");
    await space.queue.add("work", [{ id: "a", body: null }]);
  });

  const claim = async (): Promise<Claim> => {
    const { claims } = await space.queue.claim({ queue: "work", owner: "node", slots: 1, leaseMs, holding: 0 });
    const [only] = claims;
    if (only === undefined) throw new Error("there was nothing to claim");
    return only;
  };

  it("an item claimed again before the loss of its first claim is noticed: the second claim stays held", async () => {
    const held = new HeldClaims<string>(space);
    const first = await claim();
    held.add(first, "first worker");
    clock.advance(leaseMs + 1);
    const second = await claim();
    assert.equal(second.id, first.id);
    held.add(second, "second worker");

    await held.extend(leaseMs);
    assert.deepEqual(
      held.overdue(clock.monotonicMs()).map(({ worker }) => worker),
      ["first worker"],
    );
    assert.equal(held.take(first.token), undefined, "the late end of the first run");
    assert.equal(held.size, 1);
    clock.advance(leaseMs - 1);
    await held.extend(leaseMs);
    clock.advance(leaseMs - 1);
    assert.deepEqual(held.overdue(clock.monotonicMs()), [], "a heartbeat prolongs the second claim");
    assert.equal(held.take(second.token), second);
  });

  it("a claim that no heartbeat prolongs is overdue at its deadline, once", async () => {
    const held = new HeldClaims<string>(space);
    held.add(await claim(), "worker");
    clock.advance(leaseMs - 1);
    assert.deepEqual(held.overdue(clock.monotonicMs()), []);
    clock.advance(1);
    assert.equal(held.overdue(clock.monotonicMs()).length, 1);
    assert.deepEqual(held.overdue(clock.monotonicMs()), []);
    assert.equal(held.size, 0);
  });
});
