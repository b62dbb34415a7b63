import assert from "node:assert/strict";
import { join } from "node:path";
import { systemClock } from "../../../src/base/clock.ts";
import { openEmbeddedStore } from "../../../src/store/embedded/index.ts";
import type { Store } from "../../../src/store/index.ts";
import { rejects } from "../../support/rejects.ts";
import { startStoreThread } from "../../support/store-thread.ts";
import { tempDir } from "../../support/temp-dir.ts";

const mebibyte = 1024 * 1024;

describe("an embedded store with a bound on its bytes", () => {
  const folder = tempDir("store-room");
  const stores: Store[] = [];
  const open = async (name: string, maxBytes?: number): Promise<Store> => {
    const directory = join(folder.path, name);
    const store = await openEmbeddedStore({ directory, clock: systemClock, startThread: startStoreThread, maxBytes });
    stores.push(store);
    return store;
  };
  afterEach(() => Promise.all(stores.splice(0).map((store) => store.close())));
  after(() => folder.remove());

  it("refuses what adds, lets work be held and ended, and takes new work again once there is room", async () => {
    const space = (await open("bounded", mebibyte)).space("s");
    const { queue, leases, records } = space;
    await queue.add("q", [
      { id: "a", body: 1 },
      { id: "b", body: 2 },
    ]);
    const request = { queue: "q", owner: "me", slots: 1, leaseMs: 30_000, holding: 0 };
    const [claim] = (await queue.claim(request)).claims;
    assert.ok(claim !== undefined);
    const lease = await leases.acquire("l", "me", 30_000);
    assert.ok(lease !== undefined);

    const value = "x".repeat(100_000);
    let puts = 0;
    const fill = async (): Promise<void> => {
      for (; ; puts += 1) await space.commit(undefined, [{ type: "put", key: `filler/${puts}`, value }]);
    };
    await rejects(fill(), "full");
    assert.ok(puts >= 9 && puts <= 11, `${puts} values of 100,000 letters fit into a mebibyte`);
    await rejects(queue.add("q", [{ id: "c", body: 3 }]), "full");

    assert.deepEqual((await queue.extend([claim], 30_000)).lost, []);
    assert.ok((await leases.renew(lease, 30_000)) !== undefined);
    assert.ok((await leases.acquire("other", "me", 30_000)) !== undefined);
    await space.commit({ type: "claim", claim }, [{ type: "finish", claim, outcome: "done", result: "kept" }]);
    assert.equal((await queue.get("q", "a"))?.result, "kept");
    assert.equal((await queue.claim(request)).claims[0]?.id, "b");

    await space.commit(undefined, [
      { type: "delete", key: "filler/0" },
      { type: "delete", key: "filler/1" },
    ]);
    assert.deepEqual(await queue.add("q", [{ id: "c", body: 3 }]), []);
    assert.equal((await records.list("filler/")).rows.length, puts - 2);
  });

  it("counts what the data takes and not what the file has grown to", async () => {
    const wide = (await open("grown")).space("s");
    const value = "x".repeat(200_000);
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
    for (const key of keys) await wide.commit(undefined, [{ type: "put", key, value }]);
    const narrow = (await open("grown", mebibyte)).space("s");
    await rejects(narrow.queue.add("q", [{ id: "a", body: 1 }]), "full");
    await wide.commit(
      undefined,
      keys.map((key) => ({ type: "delete", key })),
    );
    assert.deepEqual(await narrow.queue.add("q", [{ id: "a", body: 1 }]), []);
  });
});
