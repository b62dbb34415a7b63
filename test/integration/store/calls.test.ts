import assert from "node:assert/strict";
import type { Worker } from "node:worker_threads";
import { systemClock } from "../../../src/base/clock.ts";
import { openEmbeddedStore, type EmbeddedStoreOptions } from "../../../src/store/embedded/index.ts";
import { StoreError, type Store } from "../../../src/store/index.ts";
import { rejects } from "../../support/rejects.ts";
import { startStoreThread } from "../../support/store-thread.ts";
import { tempDir } from "../../support/temp-dir.ts";

describe("calls of an embedded store", function () {
  this.timeout(30_000);
  const root = tempDir("calls");
  const stores: Store[] = [];
  const threads: Worker[] = [];
  const openStore = async (more: Partial<EmbeddedStoreOptions> = {}): Promise<Store> => {
    const store = await openEmbeddedStore({
      directory: root.path,
      clock: systemClock,
      startThread: (settings) => {
        const thread = startStoreThread(settings);
        threads.push(thread);
        return thread;
      },
      ...more,
    });
    stores.push(store);
    return store;
  };
  afterEach(async () => {
    await Promise.allSettled(stores.splice(0).map((store) => store.close()));
    threads.length = 0;
  });
  after(() => root.remove());

  it("are refused as busy above the bound, and only those", async () => {
    const { queue } = (await openStore({ pendingCalls: 3 })).space("busy");
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, at) => queue.add("work", [{ id: `i${at}`, body: 0 }])),
    );
    const refused = outcomes.filter(({ status }) => status === "rejected");
    assert.equal(refused.length, 7);
    for (const outcome of refused) {
      assert.ok(outcome.status === "rejected" && outcome.reason instanceof StoreError);
      assert.deepEqual([outcome.reason.code, outcome.reason.retryable], ["busy", true]);
    }
    assert.equal((await queue.counts("work")).waiting, 3);
    assert.deepEqual(await queue.add("work", [{ id: "later", body: 0 }]), []);
  });

  it("end with the thread: none is left open", async () => {
    const store = await openStore();
    const space = store.space("dying");
    const calls = [
      space.queue.add("work", [{ id: "a", body: 0 }]),
      space.changed(0, 60_000),
      ...Array.from({ length: 50 }, (_, at) => space.queue.add("work", [{ id: `b${at}`, body: "x".repeat(50_000) }])),
    ];
    const ends = Promise.allSettled(calls);
    await threads[0]?.terminate();
    for (const outcome of await ends) {
      if (outcome.status === "fulfilled") continue;
      assert.ok(outcome.reason instanceof StoreError);
      assert.equal(outcome.reason.code, "closed");
    }
    await rejects(space.queue.add("work", [{ id: "c", body: 0 }]), "closed");
    await rejects(space.changed(0, 60_000), "closed");
  });

  it("that wait for a change hear of commits of another handle", async () => {
    const here = (await openStore()).space("news");
    const there = (await openStore()).space("news");
    await here.commit(undefined, [{ type: "put", key: "k", value: 1 }]);
    const seen = await here.revision();
    const waiting = here.changed(seen, 20_000);
    await there.commit(undefined, [{ type: "put", key: "k", value: 2 }]);
    assert.equal(await waiting, seen + 1);
    assert.equal((await here.records.get("k"))?.value, 2);
    assert.equal(await here.changed(seen, 20_000), seen + 1);
    assert.equal(await here.changed(seen + 1, 30), seen + 1);
  });

  it("that wait hear of a commit that another waiting call has seen already", async () => {
    const there = (await openStore()).space("news-of-old");
    const here = (await openStore()).space("news-of-old");
    for (let at = 0; at < 3; at += 1) await there.commit(undefined, [{ type: "put", key: "k", value: at }]);
    const latest = await here.revision();
    const waiting = here.changed(latest, 20_000);
    assert.equal(await here.changed(latest - 2, 5_000), latest);
    await there.commit(undefined, [{ type: "put", key: "k", value: 9 }]);
    assert.equal(await waiting, latest + 1);
  });

  it("end what is under way when the store is closed", async () => {
    const store = await openStore();
    const { queue } = store.space("closing");
    const adds = Array.from({ length: 20 }, (_, at) => queue.add("work", [{ id: `i${at}`, body: 0 }]));
    const closing = store.close();
    await Promise.all(adds);
    await closing;
    const again = await openStore();
    assert.equal((await again.space("closing").queue.counts("work")).waiting, 20);
  });
});
