import assert from "node:assert/strict";
import { StoreError } from "../../../../src/store/index.ts";
import { Pending, type Settle } from "../../../../src/store/redis/pending.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { rejects } from "../../../support/rejects.ts";

describe("Pending calls", () => {
  const bounds = { timeoutMs: 100, calls: 3, weight: 1_000 };
  let clock: ManualClock;
  let late: number[];
  let pending: Pending;

  beforeEach(() => {
    clock = new ManualClock();
    late = [];
    pending = new Pending(clock, bounds, (sentMs) => late.push(sentMs));
  });

  /** A call whose end is in the hands of the test. */
  const add = (weight = 1, deadlineMs = clock.monotonicMs() + bounds.timeoutMs) => {
    let settle: Settle | undefined;
    const ended = pending.add(deadlineMs, weight, (given) => (settle = given));
    // Looked at later.
    ended.catch(() => undefined);
    return { ended, settle };
  };

  it("ends each by its own deadline, whatever their order, and says since when nothing came", async () => {
    const begunMs = clock.monotonicMs();
    const first = add();
    clock.advance(10);
    const second = add();
    const urgent = add(1, clock.monotonicMs() + 20);
    clock.advance(20);
    await rejects(urgent.ended, "deadline");
    assert.deepEqual(late, [begunMs + 10]);
    clock.advance(70);
    await rejects(first.ended, "deadline");
    second.settle?.resolve("reply");
    assert.equal(await second.ended, "reply");
    clock.advance(1_000);
    assert.deepEqual(late, [begunMs + 10, begunMs]);
  });

  it("counts a call until the server has answered it, also when nobody waits any more", async () => {
    const calls = [add(), add(), add()];
    clock.advance(100);
    for (const { ended } of calls) await rejects(ended, "deadline");
    await rejects(add().ended, "busy");
    calls[0]?.settle?.resolve("late");
    const next = add();
    next.settle?.resolve("reply");
    assert.equal(await next.ended, "reply");
  });

  it("bounds what they carry, but lets a large one through by itself", async () => {
    const large = add(5_000);
    assert.ok(large.settle !== undefined);
    await rejects(add(1).ended, "busy");
    large.settle.reject(new StoreError("full", "no room"));
    await rejects(large.ended, "full");
    assert.ok(add(600).settle !== undefined);
    await rejects(add(600).ended, "busy");
  });

  it("takes none after it was told to, and is drained when all have ended or are late", async () => {
    await pending.drained();
    const [one, two] = [add(), add()];
    pending.refuse(new StoreError("closed", "closed"));
    await rejects(add().ended, "closed");
    let drained = false;
    const draining = pending.drained().then(() => (drained = true));
    one.settle?.resolve(1);
    await one.ended;
    assert.equal(drained, false);
    clock.advance(100);
    await draining;
    await rejects(two.ended, "deadline");
  });
});
