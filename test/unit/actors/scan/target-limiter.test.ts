import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Admission } from "../../../../src/actors/scan/probes/admission.ts";
import { TargetLimiter, type Admitted } from "../../../../src/actors/scan/probes/target-limiter.ts";
import { StoreError, type Limits } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { specOf } from "../../../support/scan-node.ts";

const target = "http://a.test/";
const never = new AbortController().signal;

describe("the limiter of requests to a target", () => {
  let clock: ManualClock;
  let limits: Limits;
  beforeEach(() => {
    clock = new ManualClock();
    limits = openMemoryStore(createMemoryDatabase({ clock })).space("scan").limits;
  });

  /** Lets time pass in small steps. */
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 5) {
      clock.advance(5);
      await nextTurn();
    }
    await nextTurn();
  };
  /** Asks for `count` slots and notes when each one is given. */
  const take = (limiter: TargetLimiter, count: number, to = target): { name: number; atMs: number }[] => {
    const given: { name: number; atMs: number }[] = [];
    for (let name = 0; name < count; name += 1) {
      void limiter.take(to, {}, never).then(() => given.push({ name, atMs: clock.monotonicMs() }));
    }
    return given;
  };

  it("lets requests through in the order of asking, never more than the limit in any second", async () => {
    const given = take(new TargetLimiter(limits, { perSecond: 20, concurrent: undefined }, clock), 60);
    await pass(5_000);
    assert.deepEqual(
      given.map(({ name }) => name),
      Array.from({ length: 60 }, (_, name) => name),
    );
    for (const { atMs } of given) {
      const within = given.filter((other) => other.atMs >= atMs && other.atMs < atMs + 1_000).length;
      assert.ok(within <= 20, `${within} within a second`);
    }
  });

  it("holds for all limiters of the store together, and for each target alone", async () => {
    const given = [1, 2].flatMap(() => [
      take(new TargetLimiter(limits, { perSecond: 10, concurrent: undefined }, clock), 30),
    ]);
    const other = take(new TargetLimiter(limits, { perSecond: 10, concurrent: undefined }, clock), 9, "http://b.test/");
    await pass(1_000);
    assert.ok(given.flat().length <= 10, String(given.flat().length));
    assert.ok(other.length >= 8, "another target has its own limit");
    await pass(1_000);
    assert.ok(given.flat().length > 10);
  });

  it("does not use a slot whose time has passed", async () => {
    const limiter = new TargetLimiter(limits, { perSecond: 10, concurrent: undefined }, clock);
    take(limiter, 1);
    await pass(5);
    // The limiter has reserved more slots by now; nobody uses them.
    clock.advance(60_000);
    const given = take(limiter, 30);
    await pass(900);
    assert.ok(given.length <= 10, `${given.length} at once with old slots`);
  });

  it("rejects who aborts while waiting; the next in line goes on", async () => {
    const limiter = new TargetLimiter(limits, { perSecond: 1, concurrent: undefined }, clock);
    await limiter.take(target, {}, never);
    const abort = new AbortController();
    const aborted = limiter.take(target, {}, abort.signal);
    const next = take(limiter, 1);
    abort.abort(new Error("enough"));
    await assert.rejects(aborted, { message: "enough" });
    await pass(3_000);
    assert.equal(next.length, 1);
  });

  it("waits for a store that does not answer: that is not the fault of the work", async () => {
    let down = true;
    const flaky: Limits = {
      release: (key, ids) => limits.release(key, ids),
      reserve: (key, request) =>
        down
          ? Promise.reject(new StoreError("deadline", "no answer", { retryable: true }))
          : limits.reserve(key, request),
    };
    const given = take(new TargetLimiter(flaky, { perSecond: 10, concurrent: undefined }, clock), 1);
    await pass(2_000);
    assert.deepEqual(given, []);
    down = false;
    await pass(500);
    assert.equal(given.length, 1);
  });

  it("keeps to the smaller rate of the node and the scan", async () => {
    const limiter = new TargetLimiter(limits, { perSecond: 50, concurrent: undefined }, clock);
    const given: number[] = [];
    for (let name = 0; name < 100; name += 1) {
      void limiter.take(target, { rateLimit: 10 }, never).then(() => given.push(clock.monotonicMs()));
    }
    const other = take(limiter, 100, "http://b.test/");
    await pass(2_000);
    assert.ok(given.length >= 15 && given.length <= 20, `${given.length} in two seconds`);
    assert.ok(other.length >= 80, `${other.length} to a target with the node's limit`);
  });

  it("lets no more requests be under way at once than the limit, over all limiters; an end makes room", async () => {
    const limiters = [1, 2].map(() => new TargetLimiter(limits, { perSecond: undefined, concurrent: 3 }, clock));
    const under: Admitted[] = [];
    for (const limiter of [...limiters, ...limiters, ...limiters]) {
      void limiter.take(target, {}, never).then((admitted) => under.push(admitted));
    }
    await pass(2_000);
    assert.equal(under.length, 3);
    await under[0]?.release();
    await pass(500);
    assert.equal(under.length, 4);
    await pass(61_000);
    assert.equal(under.length, 6, "grants of holders that are gone come free");
  });

  it("counts a run's requests one by one, and none once it has ended", async () => {
    const limiter = new TargetLimiter(limits, { perSecond: undefined, concurrent: 1 }, clock);
    const subtask = { ...specOf("a"), taskId: "a", templates: ["t"], requests: 2, priority: 100 };
    const admission = new Admission(limiter, subtask, never);
    await admission.admit();
    await admission.admit();
    const others = take(limiter, 1);
    await pass(500);
    assert.deepEqual(others, []);
    await admission.end();
    await pass(500);
    assert.equal(others.length, 1);
  });

  it("takes targets whose names are longer than a key", async () => {
    const limiter = new TargetLimiter(limits, { perSecond: 10, concurrent: undefined }, clock);
    const given = take(limiter, 1, `http://${"long.".repeat(45)}test/`);
    await pass(200);
    assert.equal(given.length, 1);
  });

  it("holds nothing up without a limit", async () => {
    await new TargetLimiter(limits, { perSecond: undefined, concurrent: undefined }, clock).take(target, {}, never);
  });
});
