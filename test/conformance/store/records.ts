import assert from "node:assert/strict";
import { bounds, type Space } from "../../../src/store/index.ts";
import { rejects } from "../../support/rejects.ts";
import { describePort, type StoreAdapter } from "./adapter.ts";

const put = (space: Space, key: string, value = 0, expectedVersion?: number, expiresInMs?: number): Promise<unknown> =>
  space.commit(undefined, [
    {
      type: "put",
      key,
      value,
      ...(expectedVersion === undefined ? {} : { expectedVersion }),
      ...(expiresInMs === undefined ? {} : { expiresInMs }),
    },
  ]);

const keys = async (space: Space, prefix: string): Promise<readonly string[]> =>
  (await space.records.list(prefix)).rows.map(({ key }) => key);

export const recordsSuite = (adapter: StoreAdapter): void => {
  describePort(adapter, "Records", (bench) => {
    it("keeps a value under its key until it is deleted", async () => {
      const { space } = bench();
      assert.equal(await space.records.get("k"), undefined);
      await put(space, "k", 1);
      assert.equal((await space.records.get("k"))?.value, 1);
      await put(space, "k", 2);
      assert.equal((await space.records.get("k"))?.value, 2);
      await space.commit(undefined, [{ type: "delete", key: "k" }]);
      assert.equal(await space.records.get("k"), undefined);
      await space.commit(undefined, [{ type: "delete", key: "k" }]);
    });

    it("reads many at once, in the order asked, each as often as asked", async () => {
      const { space } = bench();
      assert.deepEqual(await space.records.getMany([]), []);
      await put(space, "a", 1);
      await put(space, "b", 2);
      const found = await space.records.getMany(["b", "none", "a", "b"]);
      assert.deepEqual(found, [
        await space.records.get("b"),
        undefined,
        await space.records.get("a"),
        await space.records.get("b"),
      ]);
      await rejects(space.records.getMany(["a", "a key"]), "invalid");
      await rejects(space.records.getMany(Array.from({ length: bounds.changes + 1 }, String)), "invalid");
    });

    it("reads many large ones", async () => {
      const { space } = bench();
      const value = "x".repeat(bounds.bodyBytes - 2);
      const large = Array.from({ length: 60 }, (_, at) => `large/${at}`);
      for (let at = 0; at < large.length; at += 20) {
        const changes = large.slice(at, at + 20).map((key) => ({ type: "put", key, value }) as const);
        await space.commit(undefined, changes);
      }
      const found = await space.records.getMany(large);
      assert.deepEqual(
        found.map((record) => record?.key),
        large,
      );
      assert.ok(found.every((record) => record?.value === value));
    });

    it("gives versions that are never used twice, over deletes too", async () => {
      const { space } = bench();
      const seen = new Set<number>();
      for (let at = 0; at < 5; at += 1) {
        await put(space, "k", at);
        const version = (await space.records.get("k"))?.version;
        assert.ok(version !== undefined && !seen.has(version));
        seen.add(version);
        if (at % 2 === 0) await space.commit(undefined, [{ type: "delete", key: "k" }]);
      }
    });

    it("changes a record only from the version that is expected", async () => {
      const { space } = bench();
      await put(space, "k", 1, 0);
      const first = (await space.records.get("k"))?.version ?? 0;
      await rejects(put(space, "k", 2, 0), "version-conflict");
      await rejects(put(space, "k", 2, first + 1), "version-conflict");
      await put(space, "k", 2, first);
      await rejects(
        space.commit(undefined, [{ type: "delete", key: "k", expectedVersion: first }]),
        "version-conflict",
      );
      assert.equal((await space.records.get("k"))?.value, 2);
    });

    it("lets one of many writers win", async () => {
      const { space } = bench();
      const outcomes = await Promise.allSettled(Array.from({ length: 10 }, (_, at) => put(space, "k", at, 0)));
      assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
    });

    it("forgets a record after its time, and not one that was put again", async () => {
      const { space, clock } = bench();
      await put(space, "short", 1, undefined, 100);
      await put(space, "again", 1, undefined, 100);
      await put(space, "again", 2);
      clock.advance(99);
      assert.equal((await space.records.get("short"))?.value, 1);
      clock.advance(1);
      assert.equal(await space.records.get("short"), undefined);
      assert.deepEqual(await keys(space, ""), ["again"]);
      await put(space, "short", 3, 0);
      clock.advance(100);
      await put(space, "other");
      assert.deepEqual(await keys(space, ""), ["again", "other", "short"]);
    });

    it("lists by prefix in key order, page by page", async () => {
      const { space } = bench();
      await space.commit(
        undefined,
        ["b/2", "a/1", "b/10", "b/1", "c", "b", "b0", "b~"].map((key) => ({ type: "put", key, value: key })),
      );
      assert.deepEqual(await keys(space, "b/"), ["b/1", "b/10", "b/2"]);
      assert.deepEqual(await keys(space, "b"), ["b", "b/1", "b/10", "b/2", "b0", "b~"]);
      const first = await space.records.list("b", { limit: 4 });
      assert.equal(first.rows.length, 4);
      assert.ok(first.next);
      const second = await space.records.list("b", { limit: 4, after: first.next });
      assert.deepEqual(
        second.rows.map(({ key }) => key),
        ["b0", "b~"],
      );
      assert.equal(second.next, undefined);
    });

    it("ends a listing that fits exactly, and one of more rows than it reads at a time", async () => {
      const { space } = bench();
      const all = Array.from({ length: 350 }, (_, at) => `k${String(at).padStart(3, "0")}`);
      await space.commit(
        undefined,
        all.map((key) => ({ type: "put", key, value: 0 })),
      );
      const page = await space.records.list("k", { limit: 350 });
      assert.equal(page.rows.length, 350);
      assert.equal(page.next, undefined);
      await rejects(space.records.list("k", { limit: 1_001 }), "invalid");
    });
  });
};
