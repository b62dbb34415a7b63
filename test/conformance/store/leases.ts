import assert from "node:assert/strict";
import { rejects } from "../../support/rejects.ts";
import { describePort, type StoreAdapter } from "./adapter.ts";

export const leasesSuite = (adapter: StoreAdapter): void => {
  describePort(adapter, "Leases", (bench) => {
    it("are held by one owner until they run out", async () => {
      const { space, clock } = bench();
      const first = await space.leases.acquire("shard", "a", 1_000);
      assert.equal(first?.deadlineMs, clock.monotonicMs() + 1_000);
      assert.equal(await space.leases.acquire("shard", "b", 1_000), undefined);
      clock.advance(999);
      assert.equal(await space.leases.acquire("shard", "b", 1_000), undefined);
      clock.advance(1);
      const second = await space.leases.acquire("shard", "b", 1_000);
      assert.ok(second && first && second.token > first.token);
      assert.equal(await space.leases.renew(first, 1_000), undefined);
      assert.equal(await space.leases.release(first), false);
    });

    it("are renewed by their token alone", async () => {
      const { space, clock } = bench();
      const lease = await space.leases.acquire("shard", "a", 1_000);
      assert.ok(lease);
      clock.advance(900);
      const renewed = await space.leases.renew(lease, 1_000);
      assert.equal(renewed?.token, lease.token);
      clock.advance(900);
      assert.equal(await space.leases.acquire("shard", "b", 1_000), undefined);
      assert.equal(await space.leases.renew({ name: "shard", token: lease.token + 1 }, 1_000), undefined);
      clock.advance(100);
      assert.equal(await space.leases.renew(lease, 1_000), undefined, "it has run out");
    });

    it("go to the next one when they are released", async () => {
      const { space } = bench();
      const first = await space.leases.acquire("shard", "a", 1_000);
      assert.ok(first);
      assert.equal(await space.leases.release(first), true);
      assert.equal(await space.leases.release(first), false);
      const second = await space.leases.acquire("shard", "b", 1_000);
      assert.ok(second && second.token > first.token);
    });

    it("give the same owner a new token and end the old one", async () => {
      const { space } = bench();
      const first = await space.leases.acquire("shard", "a", 1_000);
      const second = await space.leases.acquire("shard", "a", 1_000);
      assert.ok(first && second && second.token > first.token);
      assert.equal(await space.leases.renew(first, 1_000), undefined);
      assert.ok(await space.leases.renew(second, 1_000));
    });

    it("grow over claims too: one order of tokens in a space", async () => {
      const { space } = bench();
      const lease = await space.leases.acquire("shard", "a", 1_000);
      await space.queue.add("work", [{ id: "i", body: 0 }]);
      const { claims } = await space.queue.claim({ queue: "work", owner: "a", slots: 1, leaseMs: 10, holding: 0 });
      assert.ok(lease && claims[0] && claims[0].token > lease.token);
    });

    it("are granted to one of many who ask at once", async () => {
      const { space } = bench();
      const grants = await Promise.all(
        Array.from({ length: 10 }, (_, at) => space.leases.acquire("shard", `owner-${at}`, 1_000)),
      );
      assert.equal(grants.filter((grant) => grant !== undefined).length, 1);
    });

    it("tell who holds each name, and for how long yet", async () => {
      const { space, clock } = bench();
      const shard = await space.leases.acquire("shard", "a", 1_000);
      const other = await space.leases.acquire("other", "b", 400);
      assert.ok(shard && other);
      clock.advance(300);
      assert.deepEqual(await space.leases.look(["other", "free", "shard"]), [
        { owner: "b", token: other.token, leftMs: 100 },
        undefined,
        { owner: "a", token: shard.token, leftMs: 700 },
      ]);
      clock.advance(100);
      await space.leases.release(shard);
      assert.deepEqual(await space.leases.look(["other", "shard"]), [undefined, undefined]);
      assert.deepEqual(await space.leases.look([]), []);
    });

    it("refuse bad names and times", async () => {
      const { space } = bench();
      await rejects(space.leases.acquire("a b", "a", 1_000), "invalid");
      await rejects(space.leases.acquire("a", "a", 0), "invalid");
      await rejects(space.leases.acquire("a", "a", Infinity), "invalid");
      await rejects(space.leases.look(["a b"]), "invalid");
    });
  });
};
