import assert from "node:assert/strict";
import type { Change, Claim, Space } from "../../../../src/store/index.ts";
import { rejects } from "../../../support/rejects.ts";
import { RedisBench } from "./redis-bench.ts";

const otherVersion = `#!lua name=garrison_other
redis.register_function("garrison_other_add", function() return 1 end)`;

const claimAll = async ({ queue }: Space, leaseMs = 60_000): Promise<readonly Claim[]> =>
  (await queue.claim({ queue: "q", owner: "me", slots: 1_000, leaseMs, holding: 0 })).claims;

describe("the functions of the store on Redis", () => {
  let bench: RedisBench;
  before(async () => {
    bench = await RedisBench.start({ args: ["--enable-debug-command", "yes"] });
  });
  after(() => bench.end());

  it("are one library, loaded by the first that misses it, beside those of other versions", async () => {
    await bench.server.command("FUNCTION", "LOAD", otherVersion);
    const stores = await Promise.all([bench.open(), bench.open()]);
    await Promise.all(stores.map((store) => store.space("loaded").queue.add("q", [{ id: "a", body: 1 }])));
    const libraries = (await bench.server.command("FUNCTION", "LIST")) as readonly (readonly unknown[])[];
    const names = libraries.map(([, name]) => String(name)).sort();
    assert.equal(names.length, 2);
    assert.ok(names.includes("garrison_other"));
    for (const name of names) assert.match(name, /^garrison_(other|[0-9a-f]{16})$/);
  });

  it("carry nothing from a call that broke off into the next", async () => {
    const store = await bench.open();
    const [broken, whole] = [store.space("broken"), store.space("whole")];
    await bench.server.command("SET", "{garrison:broken}:waiting:q", "not a sorted set");
    const put: Change = { type: "put", key: "k", value: 1 };
    const add: Change = { type: "add", queue: "q", item: { id: "a", body: 1, group: "g" } };
    await rejects(broken.commit(undefined, [put, add, { type: "seal", group: "g" }]), "corrupt");
    await rejects(
      whole.commit(undefined, [put, add, { type: "delete", key: "x", expectedVersion: 7 }]),
      "version-conflict",
    );
    await whole.queue.add("q", [{ id: "b", body: 2 }]);
    assert.deepEqual(
      (await claimAll(whole)).map(({ id }) => id),
      ["b"],
    );
    assert.equal((await whole.records.list("")).rows.length, 0);
    assert.equal(await whole.groups.get("g"), undefined);
  });

  it("write nothing when they refuse, whatever came before the refusal", async () => {
    const space = (await bench.open()).space("refused");
    await space.queue.add("q", [
      { id: "a", body: 1, group: "g" },
      { id: "b", body: 2 },
    ]);
    const [a, b] = (await claimAll(space)) as [Claim, Claim];
    await space.commit(undefined, [{ type: "finish", claim: b, outcome: "done" }]);
    const before = await bench.server.command("DEBUG", "DIGEST");
    const good: readonly Change[] = [
      { type: "checkpoint", claim: a, data: "x".repeat(1_000) },
      { type: "finish", claim: a, outcome: "done", result: "x".repeat(1_000) },
      { type: "add", queue: "q", item: { id: "c", body: 3, group: "g" } },
      { type: "put", key: "k", value: 1, expiresInMs: 10 },
      { type: "seal", group: "g" },
    ];
    await rejects(space.commit(undefined, [...good, { type: "finish", claim: b, outcome: "done" }]), "stale-guard");
    await rejects(space.commit({ type: "claim", claim: b }, good), "stale-guard");
    await rejects(
      space.commit(undefined, [...good, { type: "delete", key: "k", expectedVersion: 7 }]),
      "version-conflict",
    );
    assert.equal(await bench.server.command("DEBUG", "DIGEST"), before);
  });

  it("make one commit of 1,000 changes of every kind", async () => {
    const space = (await bench.open()).space("large");
    const count = 200;
    const items = Array.from({ length: 3 * count }, (_, at) => ({ id: `i${at}`, body: at, group: "g" }));
    await space.queue.add("q", items);
    const claims = await claimAll(space);
    const changes = claims.flatMap((claim, at): readonly Change[] => {
      if (at < count) return [{ type: "finish", claim, outcome: "done", result: at }];
      if (at < 2 * count) return [{ type: "release", claim, reason: "failed", delayMs: 60_000 }];
      return [
        { type: "checkpoint", claim, data: at },
        { type: "add", queue: "next", item: { id: `n${at}`, body: at } },
        { type: "put", key: `k${at}`, value: at },
      ];
    });
    assert.equal(changes.length, 1_000);
    await space.commit(undefined, changes);
    const { done, delayed, claimed } = await space.queue.counts("q");
    assert.deepEqual([done, delayed, claimed], [count, count, count]);
    assert.equal((await space.queue.counts("next")).waiting, count);
    assert.equal((await space.records.list("k", { limit: 1_000 })).rows.length, count);
  });

  it("keep a long value of a record as long as the record", async () => {
    let serverMs = 1_800_000_000_000;
    const space = (await bench.open({ time: () => serverMs })).space("values");
    const long = "x".repeat(100_000);
    const kept = (): Promise<unknown> => bench.server.command("HLEN", "{garrison:values}:values");
    const put = (key: string, value: string, expiresInMs?: number): Promise<unknown> =>
      space.commit(undefined, [{ type: "put", key, value, ...(expiresInMs === undefined ? {} : { expiresInMs }) }]);
    await put("shortened", long);
    await put("deleted", long);
    await put("expired", long, 1_000);
    assert.equal(await kept(), 3);
    assert.deepEqual(
      (await space.records.list("")).rows.map(({ value }) => value),
      [long, long, long],
    );
    await put("shortened", "x");
    await space.commit(undefined, [{ type: "delete", key: "deleted" }]);
    serverMs += 1_000;
    await put("shortened", "y");
    assert.equal(await kept(), 0);
    assert.equal((await space.records.get("shortened"))?.value, "y");
  });

  describe("when the server's clock steps back", () => {
    let serverMs = 0;
    const openAt = async (name: string): Promise<Space> => {
      serverMs = 1_800_000_000_000;
      return (await bench.open({ time: () => serverMs })).space(name);
    };

    it("let run out what is still held, in its time", async () => {
      const space = await openAt("back");
      await space.queue.add("q", [{ id: "a", body: 1 }]);
      const [claim] = (await claimAll(space, 1_000)) as [Claim];
      serverMs -= 3_600_000;
      await space.commit({ type: "claim", claim }, [{ type: "put", key: "k", value: 1 }]);
      serverMs += 999;
      await space.commit({ type: "claim", claim }, [{ type: "put", key: "k", value: 2 }]);
      serverMs += 1;
      await rejects(space.commit({ type: "claim", claim }, [{ type: "put", key: "k", value: 3 }]), "stale-guard");
      assert.equal((await claimAll(space)).length, 1, "it is handed out again");
    });

    it("let things fall due in their time, though nothing is written meanwhile", async () => {
      const space = await openAt("still");
      await space.queue.add("q", [{ id: "a", body: 1, delayMs: 1_000 }]);
      serverMs -= 3_600_000;
      assert.deepEqual(await claimAll(space), []);
      serverMs += 999;
      assert.deepEqual(await claimAll(space), []);
      serverMs += 1;
      assert.equal((await claimAll(space)).length, 1);
    });

    it("revive nothing that had run out, though nothing but empty polls came since", async () => {
      const space = await openAt("revived");
      await space.queue.add("q", [{ id: "a", body: 1 }]);
      const [claim] = (await claimAll(space, 5_000)) as [Claim];
      serverMs += 10_000;
      const empty = await space.queue.claim({ queue: "empty", owner: "me", slots: 1, leaseMs: 1_000, holding: 0 });
      assert.deepEqual(empty.claims, []);
      serverMs -= 10_000;
      await rejects(space.commit({ type: "claim", claim }, []), "stale-guard");
    });
  });
});
