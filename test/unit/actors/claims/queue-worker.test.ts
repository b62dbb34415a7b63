import assert from "node:assert/strict";
import { eachClaim, type HandleClaim } from "../../../../src/actors/claims/each-claim.ts";
import { queueWorkerProps, type QueueWorkerSetup } from "../../../../src/actors/claims/queue-worker.ts";
import type { Address } from "../../../../src/kernel/index.ts";
import { StoreError, type Claim, type Space } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { CrashingSpace } from "../../../support/crashing-space.ts";
import { TestKernel } from "../../../support/kernel.ts";

const queue = "work";
const leaseMs = 30_000;

describe("a worker of a queue", () => {
  let kernel: TestKernel;
  let space: Space;
  /** What was worked on, in the order in which it began. */
  let begun: string[];

  beforeEach(() => {
    kernel = new TestKernel("seeded");
    space = openMemoryStore(createMemoryDatabase({ clock: kernel.clock })).space("space");
    begun = [];
  });
  afterEach(() => kernel.complete(kernel.system.stop()));

  const start = (setup: Pick<QueueWorkerSetup, "begin"> & Partial<QueueWorkerSetup>): Address<never> =>
    kernel.system.spawn(queueWorkerProps({ space, queue, owner: "node/work", slots: 2, leaseMs, ...setup }), "worker");

  const finish = async (claim: Claim): Promise<void> => {
    begun.push(claim.id);
    await space.commit(undefined, [{ type: "finish", claim, outcome: "done" }]);
  };

  const add = (...ids: readonly string[]) =>
    space.queue.add(
      queue,
      ids.map((id) => ({ id, body: null })),
    );

  /** Each item by itself. */
  const each = (handle: HandleClaim): Address<never> => start({ begin: (life) => eachClaim(space, life, handle) });

  const counts = async () => {
    const { waiting, delayed, claimed, done, dead } = await space.queue.counts(queue);
    return { waiting, delayed, claimed, done, dead };
  };

  it("takes at most as many as its slots at once, until none is left", async () => {
    await add("a", "b", "c", "d", "e");
    const sizes: number[] = [];
    start({
      begin: () => async (claims) => {
        sizes.push(claims.length);
        for (const claim of claims) await finish(claim);
        return [];
      },
    });
    await kernel.advance(1_000);
    assert.deepEqual(sizes, [2, 2, 1]);
    assert.deepEqual(begun, ["a", "b", "c", "d", "e"]);
  });

  it("takes what is added later, and what falls due", async () => {
    await space.queue.add(queue, [{ id: "later", body: null, delayMs: 5_000 }]);
    each((claim) => finish(claim));
    await kernel.advance(3_000);
    assert.deepEqual(begun, []);
    await add("now");
    await kernel.advance(1_500);
    assert.deepEqual(begun, ["now"]);
    await kernel.advance(1_500);
    assert.deepEqual(begun, ["now", "later"]);
  });

  it("however often it is woken meanwhile, it looks at the store once for it", async () => {
    let wake: (() => void) | undefined;
    // Nobody writes but the worker, and it only claims.
    const counted = new CrashingSpace(space, Infinity, "before", () => undefined);
    let listening = false;
    const worker = start({
      space: counted.space,
      begin: () => () => Promise.resolve([]),
      listen: (told) => {
        wake = told;
        listening = true;
        return () => {
          listening = false;
        };
      },
    });
    await kernel.settle();
    const before = counted.writes;
    for (let times = 0; times < 10; times += 1) wake?.();
    await kernel.settle();
    assert.equal(counted.writes, before + 1);
    await kernel.complete(kernel.system.stopActor(worker));
    assert.equal(listening, false);
  });

  it("leaves a store that others change all the time alone for a while, and takes what comes meanwhile after it", async () => {
    let looks = 0;
    const restMs = 100;
    const { space: plain } = new CrashingSpace(space, Infinity, "before", () => undefined);
    const counted: Space = {
      ...plain,
      queue: {
        ...plain.queue,
        counts: (of) => {
          looks += 1;
          return space.queue.counts(of);
        },
      },
    };
    start({ space: counted, restMs, begin: (life) => eachClaim(space, life, finish) });
    await kernel.advance(1);
    const changing = async (forMs: number): Promise<void> => {
      for (let ms = 0; ms < forMs; ms += 1) {
        await space.commit(undefined, [{ type: "put", key: "other", value: kernel.clock.wallMs() }]);
        await kernel.advance(1);
      }
    };
    await changing(10 * restMs);
    assert.ok(looks >= 5 && looks <= 11, `${looks} looks`);
    await add("a");
    await changing(restMs);
    assert.deepEqual(begun, ["a"]);
  });

  it("an item that fails is tried again, ever later, and becomes a dead letter; the others go on", async () => {
    await add("bad", "good");
    const at: number[] = [];
    each(async (claim) => {
      if (claim.id === "good") return finish(claim);
      at.push(kernel.clock.monotonicMs());
      throw new Error("it cannot be done");
    });
    await kernel.advance(20_000);
    assert.equal(at.length, 5);
    const gaps = at.slice(1).map((ms, nth) => ms - (at[nth] ?? 0));
    assert.deepEqual(
      gaps.toSorted((a, b) => a - b),
      gaps,
    );
    assert.deepEqual(begun, ["good"]);
    assert.deepEqual(await counts(), { waiting: 0, delayed: 0, claimed: 0, done: 1, dead: 1 });
    const [letter] = (await space.queue.deadLetters(queue)).rows;
    assert.equal(letter?.lastError, "it cannot be done");
  });

  it("a store that does not answer is no failure of the item", async () => {
    await add("a");
    let tries = 0;
    each(async (claim) => {
      tries += 1;
      if (tries <= 8) throw new StoreError("unavailable", "not now", { retryable: true });
      await finish(claim);
    });
    await kernel.advance(10_000);
    assert.equal(tries, 9);
    assert.deepEqual(await counts(), { waiting: 0, delayed: 0, claimed: 0, done: 1, dead: 0 });
  });

  it("what was claimed and could not be ended is worked off under the same claim, before anything else is claimed", async () => {
    await add("a", "b", "c");
    const tokens: number[][] = [];
    let answers = false;
    start({
      begin: () => async (claims) => {
        tokens.push(claims.map(({ token }) => token));
        if (!answers) return claims;
        for (const claim of claims) await finish(claim);
        return [];
      },
    });
    await kernel.advance(1_000);
    assert.ok(tokens.length > 2);
    assert.equal(new Set(tokens.map((each) => each.join())).size, 1);
    answers = true;
    await kernel.advance(1_000);
    assert.deepEqual(begun, ["a", "b", "c"]);
  });

  it("a claim that has run out is not worked on any more", async () => {
    await add("a");
    let left = true;
    start({
      leaseMs: 1_000,
      begin: () => async (claims) => {
        const now = kernel.clock.monotonicMs();
        assert.ok(claims.every(({ deadlineMs }) => deadlineMs > now));
        if (left) return claims;
        for (const claim of claims) await finish(claim);
        return [];
      },
    });
    await kernel.advance(3_500);
    left = false;
    await kernel.advance(3_000);
    assert.deepEqual(begun, ["a"]);
    const item = await space.queue.get(queue, "a");
    assert.deepEqual({ status: item?.status, failures: item?.failures }, { status: "done", failures: 0 });
    assert.ok((item?.losses ?? 0) > 0);
  });

  it("an item that another one has meanwhile is left to it", async () => {
    await add("a");
    let other: Claim | undefined;
    each(async (claim) => {
      if (claim.losses > 0) return finish(claim);
      kernel.clock.advance(leaseMs + 1);
      [other] = (await space.queue.claim({ queue, owner: "other", slots: 1, leaseMs, holding: 0 })).claims;
      await finish(claim);
    });
    await kernel.advance(1_000);
    assert.ok(other !== undefined);
    const item = await space.queue.get(queue, "a");
    assert.deepEqual({ status: item?.status, owner: item?.owner }, { status: "claimed", owner: "other" });
  });

  it("gives back at its end what it has left", async () => {
    await add("a", "b");
    const worker = start({ begin: () => (claims) => Promise.resolve(claims) });
    await kernel.advance(500);
    assert.equal((await counts()).claimed, 2);
    await kernel.complete(kernel.system.stopActor(worker));
    assert.deepEqual(await counts(), { waiting: 2, delayed: 0, claimed: 0, done: 0, dead: 0 });
    assert.equal((await space.queue.get(queue, "a"))?.losses, 0);
  });

  it("work that its end interrupts goes back and is no failure", async () => {
    await add("a");
    const worker = each(
      (_claim, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("interrupted")), { once: true });
        }),
    );
    await kernel.advance(500);
    await kernel.complete(kernel.system.stopActor(worker));
    const item = await space.queue.get(queue, "a");
    assert.deepEqual(
      { failures: item?.failures, losses: item?.losses, owner: item?.owner },
      { failures: 0, losses: 0, owner: undefined },
    );
  });
});
