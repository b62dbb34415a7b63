import assert from "node:assert/strict";
import type { Claim, GroupView, NewItem, Space } from "../../../src/store/index.ts";
import { retryLimits } from "../../../src/store/index.ts";
import { rejects } from "../../support/rejects.ts";
import { describePort, retention, type StoreAdapter } from "./adapter.ts";

const member = (id: string, more: Partial<NewItem> = {}): NewItem => ({ id, body: 0, group: "g", ...more });
const members = (count: number): readonly NewItem[] =>
  Array.from({ length: count }, (_, at) => member(`i${String(at).padStart(6, "0")}`));

const claim = async (space: Space, slots = 1_000, queue = "work"): Promise<readonly Claim[]> =>
  (await space.queue.claim({ queue, owner: "node-1", slots, leaseMs: 1_000, holding: 0 })).claims;

const finish = (space: Space, claims: readonly Claim[], outcome: "done" | "failed" = "done"): Promise<unknown> =>
  space.commit(
    undefined,
    claims.map((held) => ({ type: "finish", claim: held, outcome })),
  );

const view = async (space: Space): Promise<GroupView> => {
  const group = await space.groups.get("g");
  assert.ok(group);
  return group;
};

const merge = { queue: "merge", item: { id: "merge-g", body: "all ended" } };

export const groupsSuite = (adapter: StoreAdapter): void => {
  describePort(adapter, "Groups", (bench) => {
    it("counts planned items and each kind of end", async () => {
      const { space } = bench();
      await space.queue.add("work", [member("a"), member("b"), member("c"), member("d")]);
      const [a, b, c] = (await claim(space, 3)) as [Claim, Claim, Claim];
      await finish(space, [a]);
      await finish(space, [b], "failed");
      await space.queue.cancel("work", [c.id]);
      for (let at = 0; at < retryLimits.failures; at += 1) {
        const [d] = (await claim(space)) as [Claim];
        await space.commit(undefined, [{ type: "release", claim: d, reason: "failed" }]);
      }
      const { planned, done, failed, cancelled, dead, complete } = await view(space);
      assert.deepEqual([planned, done, failed, cancelled, dead, complete], [4, 1, 1, 1, 1, false]);
      assert.equal(await space.groups.get("unknown"), undefined);
    });

    it("counts an item that is added twice once", async () => {
      const { space } = bench();
      await space.queue.add("work", [member("a")]);
      await space.queue.add("work", [member("a")]);
      assert.equal((await view(space)).planned, 1);
    });

    it("adds the onComplete item with the last end of a sealed group, once", async () => {
      const { space } = bench();
      await space.queue.add("work", [member("a"), member("b")]);
      const [a, b] = (await claim(space)) as [Claim, Claim];
      await finish(space, [a]);
      await space.commit(undefined, [{ type: "seal", group: "g", onComplete: merge }]);
      assert.equal((await view(space)).complete, false);
      assert.equal((await space.queue.counts("merge")).waiting, 0);
      await finish(space, [b]);
      assert.equal((await view(space)).complete, true);
      assert.deepEqual(
        (await claim(space, 10, "merge")).map(({ id, body }) => [id, body]),
        [["merge-g", "all ended"]],
      );
      await space.commit(undefined, [{ type: "seal", group: "g", onComplete: merge }]);
      assert.equal((await space.queue.counts("merge")).waiting, 0);
    });

    it("completes when it is sealed last, or empty", async () => {
      const { space } = bench();
      await space.queue.add("work", [member("a")]);
      await finish(space, await claim(space));
      await space.commit(undefined, [{ type: "seal", group: "g", onComplete: merge }]);
      assert.equal((await space.queue.counts("merge")).waiting, 1);
      await space.commit(undefined, [
        { type: "seal", group: "empty", onComplete: { ...merge, item: { id: "merge-empty", body: 0 } } },
      ]);
      assert.equal((await space.queue.counts("merge")).waiting, 2);
    });

    it("does not complete while one commit ends its last item and adds another", async () => {
      const { space } = bench();
      await space.queue.add("work", [member("a")]);
      await space.commit(undefined, [{ type: "seal", group: "g", onComplete: merge }]);
      const [a] = (await claim(space)) as [Claim];
      await space.commit({ type: "claim", claim: a }, [
        { type: "finish", claim: a, outcome: "done" },
        { type: "add", queue: "work", item: member("b") },
      ]);
      assert.equal((await view(space)).complete, false);
      await finish(space, await claim(space));
      assert.equal((await view(space)).complete, true);
      await rejects(space.queue.add("work", [member("c")]), "invalid");
      assert.deepEqual(await space.queue.add("work", [member("b")]), ["b"], "a known id is no new item");
    });

    it("counts a dead letter as an end, and moves the counters back at its replay", async () => {
      const { space } = bench();
      await space.queue.add("work", [member("a")]);
      await space.commit(undefined, [{ type: "seal", group: "g", onComplete: merge }]);
      for (let at = 0; at < retryLimits.failures; at += 1) {
        const [a] = (await claim(space)) as [Claim];
        await space.commit(undefined, [{ type: "release", claim: a, reason: "failed" }]);
      }
      assert.equal((await view(space)).complete, true);
      await space.queue.replay("work", ["a"]);
      const replayed = await view(space);
      assert.deepEqual([replayed.planned, replayed.dead, replayed.complete], [1, 0, false]);
      await finish(space, await claim(space));
      assert.equal((await view(space)).complete, true);
      assert.equal((await space.queue.counts("merge")).waiting, 1, "onComplete was added once");
    });

    it("holds waiting, delayed, new and released items until it is resumed", async () => {
      const { space, clock } = bench();
      await space.queue.add("work", [member("a"), member("b"), member("later", { delayMs: 1_000 })]);
      const [a] = (await claim(space, 1)) as [Claim];
      await space.groups.hold("g");
      await space.queue.add("work", [member("new")]);
      await space.commit(undefined, [{ type: "release", claim: a, reason: "returned" }]);
      await space.queue.add("work", [{ id: "free", body: 0 }]);
      assert.deepEqual(
        (await claim(space)).map(({ id }) => id),
        ["free"],
      );
      const counts = await space.queue.counts("work");
      assert.deepEqual([counts.held, counts.waiting, counts.delayed], [4, 0, 0]);
      await space.groups.resume("g");
      assert.deepEqual(
        (await claim(space)).map(({ id }) => id),
        ["a", "b", "new"],
        "the delayed one is still delayed",
      );
      clock.advance(1_000);
      assert.ok((await claim(space)).some(({ id }) => id === "later"));
    });

    it("lets claimed items of a held group go on", async () => {
      const { space } = bench();
      await space.queue.add("work", [member("a")]);
      const held = await claim(space);
      await space.groups.hold("g");
      await finish(space, held);
      assert.equal((await view(space)).done, 1);
    });

    it("ends everything at a cancel: waiting, claimed, and what is added later", async () => {
      const { space } = bench();
      await space.queue.add("work", [member("a"), member("b"), member("c", { delayMs: 100 })]);
      await space.commit(undefined, [{ type: "seal", group: "g", onComplete: merge }]);
      const [a] = (await claim(space, 1)) as [Claim];
      await space.groups.cancel("g");
      await rejects(space.commit({ type: "claim", claim: a }, []), "stale-guard");
      assert.equal((await space.queue.extend([a], 1_000)).lost.length, 1);
      assert.deepEqual(await claim(space), []);
      const { planned, cancelled, complete, cancelRequested } = await view(space);
      assert.deepEqual([planned, cancelled, complete, cancelRequested], [3, 3, true, true]);
      assert.equal((await space.queue.counts("merge")).waiting, 1);
    });

    it("cancels items that are added after the cancel, even of a group that nobody has seen", async () => {
      const { space } = bench();
      await space.groups.cancel("g");
      await space.queue.add("work", [member("a")]);
      assert.equal((await space.queue.get("work", "a"))?.status, "cancelled");
      assert.deepEqual(await claim(space), []);
    });

    it("holds, resumes and cancels many items in bounded steps", async () => {
      const { space } = bench();
      const count = 3_000;
      const all = members(count);
      for (let at = 0; at < count; at += 1_000) await space.queue.add("work", all.slice(at, at + 1_000));
      await space.groups.hold("g");
      assert.equal((await space.queue.counts("work")).held, count);
      await space.groups.resume("g");
      assert.equal((await space.queue.counts("work")).waiting, count);
      assert.deepEqual(
        (await claim(space, 3)).map(({ id }) => id),
        all.slice(0, 3).map(({ id }) => id),
        "in their old order",
      );
      await space.groups.cancel("g");
      assert.equal((await view(space)).cancelled, count);
      assert.equal((await space.queue.counts("work")).cancelled, count);
    });

    it("is forgotten some time after it is complete", async () => {
      const { space, clock } = bench();
      await space.queue.add("work", [member("a")]);
      await space.commit(undefined, [{ type: "seal", group: "g" }]);
      await finish(space, await claim(space));
      clock.advance(retention.retainMs - 1);
      await claim(space);
      assert.ok(await space.groups.get("g"));
      clock.advance(2);
      await claim(space);
      assert.equal(await space.groups.get("g"), undefined);
    });
  });
};
