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

    it("are seized from the holder that is named, who then can do nothing under the old token", async () => {
      const { space, clock } = bench();
      const held = await space.leases.acquire("shard", "a", 1_000);
      assert.ok(held);
      const seen = await space.revision();
      const seized = await space.leases.seize("shard", "b", 400, held.token);
      assert.ok(seized && seized.token > held.token);
      assert.equal(seized.deadlineMs, clock.monotonicMs() + 400);
      assert.ok((await space.revision()) > seen, "whoever waits for the space is woken");
      assert.deepEqual(await space.leases.look(["shard"]), [{ owner: "b", token: seized.token, leftMs: 400 }]);
      assert.equal(await space.leases.renew(held, 1_000), undefined);
      assert.equal(await space.leases.release(held), false);
      assert.equal(await space.leases.acquire("shard", "a", 1_000), undefined);
      const write = [{ type: "put", key: "k", value: 1 }] as const;
      await rejects(space.commit({ type: "lease", lease: held }, write), "stale-guard");
      await space.commit({ type: "lease", lease: seized }, write);
      clock.advance(400);
      assert.ok(await space.leases.acquire("shard", "a", 1_000));
    });

    it("are not seized under another token, nor once they have run out or were released", async () => {
      const { space, clock } = bench();
      const held = await space.leases.acquire("shard", "a", 1_000);
      assert.ok(held);
      assert.equal(await space.leases.seize("shard", "b", 400, held.token + 1), undefined);
      assert.equal(await space.leases.seize("other", "b", 400, held.token), undefined);
      assert.ok(await space.leases.renew(held, 1_000), "it is still held");
      clock.advance(1_000);
      assert.equal(await space.leases.seize("shard", "b", 400, held.token), undefined);
      const next = await space.leases.acquire("shard", "a", 1_000);
      assert.ok(next);
      assert.equal(await space.leases.seize("shard", "b", 400, held.token), undefined);
      assert.equal(await space.leases.release(next), true);
      assert.equal(await space.leases.seize("shard", "b", 400, next.token), undefined);
    });

    it("are seized by one of many who try at once", async () => {
      const { space } = bench();
      const held = await space.leases.acquire("shard", "a", 1_000);
      assert.ok(held);
      const grants = await Promise.all(
        Array.from({ length: 10 }, (_, at) => space.leases.seize("shard", `owner-${at}`, 1_000, held.token)),
      );
      assert.equal(grants.filter((grant) => grant !== undefined).length, 1);
    });

    it("refuse bad names and times", async () => {
      const { space } = bench();
      await rejects(space.leases.acquire("a b", "a", 1_000), "invalid");
      await rejects(space.leases.acquire("a", "a", 0), "invalid");
      await rejects(space.leases.acquire("a", "a", Infinity), "invalid");
      await rejects(space.leases.seize("a b", "a", 1_000, 1), "invalid");
      await rejects(space.leases.seize("a", "a b", 1_000, 1), "invalid");
      await rejects(space.leases.seize("a", "a", 0, 1), "invalid");
      await rejects(space.leases.seize("a", "a", 1_000, 0.5), "invalid");
      await rejects(space.leases.look(["a b"]), "invalid");
    });
  });
};
