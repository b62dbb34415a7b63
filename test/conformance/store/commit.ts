import assert from "node:assert/strict";
import type { Change, Claim, Guard, Space } from "../../../src/store/index.ts";
import { rejects } from "../../support/rejects.ts";
import { describePort, type StoreAdapter } from "./adapter.ts";

const take = async (space: Space, id = "a", leaseMs = 1_000): Promise<Claim> => {
  await space.queue.add("work", [{ id, body: 0 }]);
  const { claims } = await space.queue.claim({ queue: "work", owner: "n", slots: 1, leaseMs, holding: 0, ids: [id] });
  assert.ok(claims[0]);
  return claims[0];
};

const guardOf = (claim: Claim): Guard => ({ type: "claim", claim });
const mark: Change = { type: "put", key: "mark", value: 1 };
const isMarked = async (space: Space): Promise<boolean> => (await space.records.get("mark")) !== undefined;

export const commitSuite = (adapter: StoreAdapter): void => {
  describePort(adapter, "commit", (bench) => {
    it("writes result, follow-ups and records together", async () => {
      const { space } = bench();
      const held = await take(space);
      const { duplicates } = await space.commit(guardOf(held), [
        { type: "finish", claim: held, outcome: "done", result: "r" },
        { type: "add", queue: "next", item: { id: "n1", body: 1 } },
        { type: "add", queue: "next", item: { id: "n1", body: 2 } },
        mark,
      ]);
      assert.deepEqual(duplicates, ["n1"]);
      assert.equal((await space.queue.get("work", "a"))?.status, "done");
      assert.deepEqual((await space.queue.get("next", "n1"))?.body, 1);
      assert.ok(await isMarked(space));
    });

    it("accepts one finish of an item and refuses the second", async () => {
      const { space } = bench();
      const held = await take(space);
      const finish: Change = { type: "finish", claim: held, outcome: "done" };
      await space.commit(guardOf(held), [finish]);
      await rejects(space.commit(guardOf(held), [finish]), "stale-guard");
      await rejects(space.commit(undefined, [finish]), "stale-guard");
      const other = await take(space, "b");
      const twice: Change = { type: "finish", claim: other, outcome: "done" };
      await rejects(space.commit(undefined, [twice, twice]), "stale-guard");
      assert.equal((await space.queue.get("work", "b"))?.status, "claimed");
    });

    it("refuses a claim that ran out, to the millisecond, though nobody took it back", async () => {
      const { space, clock } = bench();
      const held = await take(space);
      clock.advance(999);
      await space.commit(guardOf(held), [mark]);
      clock.advance(1);
      await rejects(space.commit(guardOf(held), [{ type: "delete", key: "mark" }]), "stale-guard");
      assert.ok(await isMarked(space));
    });

    it("refuses a claim that someone else has now, and changes nothing", async () => {
      const { space, clock } = bench();
      const first = await take(space);
      clock.advance(1_000);
      const { claims } = await space.queue.claim({ queue: "work", owner: "m", slots: 1, leaseMs: 1_000, holding: 0 });
      const before = await space.revision();
      await rejects(
        space.commit(undefined, [
          mark,
          { type: "add", queue: "next", item: { id: "n", body: 0 } },
          { type: "finish", claim: first, outcome: "done" },
        ]),
        "stale-guard",
      );
      assert.equal(await isMarked(space), false);
      assert.equal(await space.queue.get("next", "n"), undefined);
      assert.equal(await space.revision(), before);
      await space.commit(undefined, [{ type: "finish", claim: claims[0] as Claim, outcome: "done" }]);
    });

    it("is guarded by a lease as by a claim", async () => {
      const { space, clock } = bench();
      const lease = await space.leases.acquire("owner", "n", 1_000);
      assert.ok(lease);
      await space.commit({ type: "lease", lease }, [mark]);
      clock.advance(1_000);
      await rejects(space.commit({ type: "lease", lease }, [mark]), "stale-guard");
      const next = await space.leases.acquire("owner", "m", 1_000);
      assert.ok(next);
      await rejects(space.commit({ type: "lease", lease }, [mark]), "stale-guard");
      await space.commit({ type: "lease", lease: next }, [mark]);
      await rejects(space.commit({ type: "lease", lease: { name: "nobody", token: 1 } }, [mark]), "stale-guard");
    });

    it("refuses everything when one record is at another version", async () => {
      const { space } = bench();
      const held = await take(space);
      await space.commit(undefined, [{ type: "put", key: "k", value: 1 }]);
      await rejects(
        space.commit(guardOf(held), [
          { type: "finish", claim: held, outcome: "done" },
          { type: "put", key: "k", value: 2, expectedVersion: 0 },
        ]),
        "version-conflict",
      );
      assert.equal((await space.queue.get("work", "a"))?.status, "claimed");
      assert.equal((await space.records.get("k"))?.value, 1);
    });

    describe("guarded by a record", () => {
      const fence = "owner/shard";
      const grant = async (space: Space, owner: string, expectedVersion: number): Promise<Guard> => {
        const put: Change = { type: "put", key: fence, value: owner, expectedVersion };
        return { type: "record", record: { key: fence, version: (await space.commit(undefined, [put])).revision } };
      };
      const versionOf = async (space: Space): Promise<number> => (await space.records.get(fence))?.version ?? 0;

      it("applies while the record is the one that was put", async () => {
        const { space } = bench();
        const guard = await grant(space, "a", 0);
        await space.commit(guard, [mark]);
        await space.commit(guard, [{ type: "delete", key: "mark" }]);
        assert.equal(await isMarked(space), false);
      });

      it("is refused once somebody has put it again, and changes nothing", async () => {
        const { space } = bench();
        const first = await grant(space, "a", 0);
        const second = await grant(space, "b", await versionOf(space));
        await rejects(space.commit(first, [mark]), "stale-guard");
        assert.equal(await isMarked(space), false);
        await space.commit(second, [mark]);
      });

      it("is refused once it was deleted or ran out, also when it is put again", async () => {
        const { space, clock } = bench();
        const first = await grant(space, "a", 0);
        await space.commit(first, [{ type: "delete", key: fence }]);
        await rejects(space.commit(first, [mark]), "stale-guard");
        const second = await grant(space, "a", 0);
        await rejects(space.commit(first, [mark]), "stale-guard");
        const put: Change = { type: "put", key: fence, value: 0, expiresInMs: 100 };
        const { revision } = await space.commit(second, [put]);
        clock.advance(100);
        await rejects(
          space.commit({ type: "record", record: { key: fence, version: revision } }, [mark]),
          "stale-guard",
        );
      });

      it("is looked at before the changes, so that the record itself can be put under it", async () => {
        const { space } = bench();
        const guard = await grant(space, "a", 0);
        await space.commit(guard, [{ type: "put", key: fence, value: "released" }, mark]);
        await rejects(space.commit(guard, [mark]), "stale-guard");
        await rejects(space.commit({ type: "record", record: { key: fence, version: 0 } }, [mark]), "invalid");
      });
    });

    it("takes places in one order, each higher than the last", async () => {
      const { space } = bench();
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, at) => space.commit(undefined, [{ type: "put", key: `k${at}`, value: at }])),
      );
      const revisions = results.map(({ revision }) => revision);
      assert.equal(new Set(revisions).size, 20);
      assert.equal(await space.revision(), Math.max(...revisions));
    });

    it("refuses more changes than the bound, and bad ones", async () => {
      const { space } = bench();
      const many = Array.from({ length: 1_001 }, (_, at): Change => ({ type: "delete", key: `k${at}` }));
      await rejects(space.commit(undefined, many), "invalid");
      await rejects(space.commit(undefined, [{ type: "put", key: "a b", value: 1 }]), "invalid");
      await rejects(space.commit(undefined, [mark, { type: "seal", group: "G" }]), "invalid");
      assert.equal(await isMarked(space), false);
    });

    it("keeps spaces apart", async () => {
      const { space, store } = bench();
      const other = store.space(`${space.name}-other`);
      const held = await take(space);
      await rejects(other.commit(guardOf(held), [mark]), "stale-guard");
      await space.commit(undefined, [mark]);
      assert.equal(await isMarked(other), false);
      assert.equal(await other.revision(), 0);
      assert.equal(store.space(space.name), space);
    });

    describe("changed", () => {
      it("answers at once when there is news", async () => {
        const { space } = bench();
        await space.commit(undefined, [mark]);
        assert.equal(await space.changed(0, 60_000), 1);
      });

      it("answers when a commit comes", async () => {
        const { space } = bench();
        const waiting = space.changed(await space.revision(), 60_000);
        const { revision } = await space.commit(undefined, [mark]);
        assert.equal(await waiting, revision);
      });

      it("answers after its time when none comes", async () => {
        const { space, clock } = bench();
        await space.commit(undefined, [mark]);
        const seen = await space.revision();
        const waiting = space.changed(seen, 500);
        while (clock.nextInMs !== undefined && clock.nextInMs > 500) clock.advance(1);
        await Promise.resolve();
        clock.advance(500);
        assert.equal(await waiting, seen);
      });
    });
  });
};
