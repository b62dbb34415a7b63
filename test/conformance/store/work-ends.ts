import assert from "node:assert/strict";
import { retryLimits, type Claim, type Space } from "../../../src/store/index.ts";
import { rejects } from "../../support/rejects.ts";
import { describePort, retention, type StoreAdapter } from "./adapter.ts";
import { claim, idsOf, items, one } from "./work.ts";

/** How work comes to an end: losses, failures, checkpoints, cancels, dead letters. */
export const workEndsSuite = (adapter: StoreAdapter): void => {
  describePort(adapter, "WorkQueue: ends", (bench) => {
    describe("items that lose their workers", () => {
      /** Loses the item `times` times. */
      const lose = async (space: Space, advance: (ms: number) => void, times: number): Promise<void> => {
        for (let at = 0; at < times; at += 1) {
          await one(space);
          advance(1_000);
        }
      };

      it("run alone after some losses: nothing beside them, nothing taken along", async () => {
        const { space, clock } = bench();
        await space.queue.add("work", items("poison"));
        await lose(space, (ms) => clock.advance(ms), retryLimits.aloneAfterLosses);
        await space.queue.add("work", items("b", "c"));

        const busy = await claim(space, { slots: 1, holding: 1 });
        assert.deepEqual(idsOf(busy), ["b"], "an item that waits to run alone holds up no other");
        assert.equal(busy.aloneWaiting, true);

        const alone = await claim(space, { owner: "node-2" });
        assert.deepEqual(idsOf(alone), ["poison"]);
        assert.equal(alone.claims[0]?.losses, retryLimits.aloneAfterLosses);
        const more = await claim(space, { owner: "node-2" });
        assert.deepEqual(idsOf(more), [], "its owner gets nothing while it runs");
        assert.equal(more.aloneWaiting, true);

        await space.commit(undefined, [{ type: "finish", claim: alone.claims[0], outcome: "done" }]);
        assert.deepEqual(idsOf(await claim(space, { owner: "node-2" })), ["c"]);
      });

      it("run alone although an older claim of that kind of the same owner is taken back meanwhile", async () => {
        const { space, clock } = bench();
        const claimAndLose = async (queue: string, times: number): Promise<void> => {
          await space.queue.add(queue, items(`poison-${queue}`));
          for (let at = 0; at < times; at += 1) {
            assert.equal((await claim(space, { queue })).claims.length, 1);
            clock.advance(1_000);
          }
        };
        await claimAndLose("other", retryLimits.aloneAfterLosses);
        await claimAndLose("work", retryLimits.aloneAfterLosses + 1);
        assert.deepEqual(idsOf(await claim(space, { queue: "other" })), ["poison-other"]);
        await space.queue.add("other", items("harmless"));
        assert.deepEqual(idsOf(await claim(space, { owner: "node-2" })), ["poison-work"]);
        assert.deepEqual(idsOf(await claim(space, { queue: "other", holding: 1 })), [], "its owner gets nothing");
      });

      it("are not handed out behind others in one call", async () => {
        const { space, clock } = bench();
        await space.queue.add("work", items("poison"));
        await lose(space, (ms) => clock.advance(ms), retryLimits.aloneAfterLosses);
        await space.queue.add("work", [{ id: "first", body: 0, priority: 1 }]);
        const both = await claim(space);
        assert.deepEqual(idsOf(both), ["first"]);
        assert.equal(both.aloneWaiting, true);
      });

      it("die at the limit, before they run again", async () => {
        const { space, clock } = bench();
        await space.queue.add("work", items("poison"));
        await lose(space, (ms) => clock.advance(ms), retryLimits.losses);
        assert.deepEqual(idsOf(await claim(space)), []);
        const { rows } = await space.queue.deadLetters("work");
        assert.equal(rows.length, 1);
        assert.equal(rows[0]?.limit, "losses");
        assert.equal(rows[0]?.losses, retryLimits.losses);
        assert.deepEqual(rows[0]?.body, { name: "poison" });
      });
    });

    describe("extend", () => {
      it("moves the deadline of live claims and names the lost", async () => {
        const { space, clock } = bench();
        await space.queue.add("work", items("a", "b"));
        const short = await one(space, { slots: 1, leaseMs: 100 });
        const long = await one(space, { slots: 1 });
        clock.advance(100);
        const { lost, deadlineMs } = await space.queue.extend([short, long], 5_000);
        assert.deepEqual(
          lost.map(({ id }) => id),
          ["a"],
        );
        assert.equal(deadlineMs, clock.monotonicMs() + 5_000);
        clock.advance(4_999);
        assert.deepEqual(idsOf(await claim(space)), ["a"], "b is still held");
      });
    });

    describe("ends", () => {
      it("count failures up to the limit, then the item is dead and says why", async () => {
        const { space } = bench();
        await space.queue.add("work", items("a"));
        for (let at = 0; at < retryLimits.failures; at += 1) {
          const held = await one(space);
          assert.equal(held.failures, at);
          await space.commit({ type: "claim", claim: held }, [
            { type: "release", claim: held, reason: "failed", error: `boom ${at}` },
          ]);
        }
        assert.deepEqual(idsOf(await claim(space)), []);
        const { rows } = await space.queue.deadLetters("work");
        assert.equal(rows[0]?.limit, "failures");
        assert.equal(rows[0]?.lastError, `boom ${retryLimits.failures - 1}`);
        assert.equal((await space.queue.counts("work")).dead, 1);
      });

      it("keep no count of a claim given back in order", async () => {
        const { space } = bench();
        await space.queue.add("work", items("a"));
        for (let at = 0; at < 30; at += 1) {
          const held = await one(space);
          assert.deepEqual([held.failures, held.losses], [0, 0]);
          await space.commit(undefined, [{ type: "release", claim: held, reason: "returned" }]);
        }
        assert.equal((await space.queue.get("work", "a"))?.claims, 30);
      });

      it("keep a released item back for its delay", async () => {
        const { space, clock } = bench();
        await space.queue.add("work", items("a"));
        const held = await one(space);
        await space.commit(undefined, [{ type: "release", claim: held, reason: "failed", delayMs: 300 }]);
        assert.equal((await claim(space)).nextInMs, 300);
        clock.advance(300);
        assert.equal((await one(space)).failures, 1);
      });

      it("start both counters again at a checkpoint, which the next holder gets", async () => {
        const { space, clock } = bench();
        await space.queue.add("work", items("a"));
        const first = await one(space);
        await space.commit(undefined, [{ type: "release", claim: first, reason: "failed" }]);
        const second = await one(space);
        await space.commit({ type: "claim", claim: second }, [
          { type: "checkpoint", claim: second, data: { cursor: 12 } },
        ]);
        clock.advance(1_000);
        const third = await one(space);
        assert.deepEqual([third.failures, third.losses], [0, 1]);
        assert.deepEqual(third.checkpoint, { cursor: 12 });
      });

      it("cancel items in any state, once", async () => {
        const { space } = bench();
        await space.queue.add("work", [...items("a", "b"), { id: "c", body: 0, delayMs: 100 }]);
        const held = await one(space, { slots: 1 });
        assert.deepEqual(await space.queue.cancel("work", ["a", "b", "c", "unknown"]), ["a", "b", "c"]);
        assert.deepEqual(await space.queue.cancel("work", ["a", "b", "c"]), []);
        await rejects(space.commit(undefined, [{ type: "finish", claim: held, outcome: "done" }]), "stale-guard");
        const counts = await space.queue.counts("work");
        assert.deepEqual([counts.cancelled, counts.waiting, counts.delayed, counts.claimed], [3, 0, 0, 0]);
        assert.equal((await claim(space)).nextInMs, undefined);
      });

      it("replay dead letters with both counters at 0, and only those", async () => {
        const { space } = bench();
        await space.queue.add("work", items("a", "b"));
        for (let at = 0; at < retryLimits.failures; at += 1) {
          const held = await one(space, { ids: ["a"] });
          await space.commit(undefined, [{ type: "release", claim: held, reason: "failed" }]);
        }
        assert.deepEqual(await space.queue.replay("work", ["a", "b", "unknown"]), ["a"]);
        assert.deepEqual((await space.queue.deadLetters("work")).rows, []);
        const again = await one(space, { ids: ["a"] });
        assert.deepEqual([again.failures, again.losses, again.body], [0, 0, { name: "a" }]);
      });

      it("forget dead letters last", async () => {
        const { space, clock } = bench();
        await space.queue.add("work", items("a"));
        for (let at = 0; at < retryLimits.failures; at += 1) {
          await space.commit(undefined, [{ type: "release", claim: await one(space), reason: "failed" }]);
        }
        clock.advance(retention.retainDeadMs - 1);
        await claim(space);
        assert.equal((await space.queue.deadLetters("work")).rows.length, 1);
        clock.advance(2);
        await claim(space);
        assert.equal((await space.queue.deadLetters("work")).rows.length, 0);
        assert.equal(await space.queue.get("work", "a"), undefined);
      });
    });

    it("counts every state, and the age of the oldest waiting item", async () => {
      const { space, clock } = bench();
      await space.queue.add("work", items("a", "b", "c"));
      clock.advance(40);
      await space.queue.add("work", [
        { id: "d", body: 0, delayMs: 1_000 },
        { id: "e", body: 0, priority: 1 },
      ]);
      const [first, second] = (await claim(space, { ids: ["a", "b"] })).claims as [Claim, Claim];
      await space.commit(undefined, [
        { type: "finish", claim: first, outcome: "done" },
        { type: "finish", claim: second, outcome: "failed" },
      ]);
      clock.advance(2);
      assert.deepEqual(await space.queue.counts("work"), {
        waiting: 2,
        delayed: 1,
        held: 0,
        claimed: 0,
        done: 1,
        failed: 1,
        cancelled: 0,
        dead: 0,
        oldestWaitingMs: 42,
      });
    });

    it("pages dead letters in the order of their death", async () => {
      const { space, clock } = bench();
      const ids = ["e", "d", "c", "b", "a"];
      await space.queue.add("work", items(...ids));
      for (const id of ids) {
        for (let at = 0; at < retryLimits.failures; at += 1) {
          await space.commit(undefined, [
            { type: "release", claim: await one(space, { ids: [id] }), reason: "failed" },
          ]);
        }
        clock.advance(1);
      }
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await space.queue.deadLetters("work", { limit: 2, ...(after === undefined ? {} : { after }) });
        seen.push(...page.rows.map(({ id }) => id));
        after = page.next;
      } while (after !== undefined);
      assert.deepEqual(seen, ids);
    });

    it("shows an item over its life", async () => {
      const { space } = bench();
      await space.queue.add("work", items("a"));
      assert.equal((await space.queue.get("work", "a"))?.status, "waiting");
      const held = await one(space);
      const claimed = await space.queue.get("work", "a");
      assert.deepEqual([claimed?.status, claimed?.owner, claimed?.claims], ["claimed", "node-1", 1]);
      assert.equal(claimed?.token, held.token);
      await space.commit(undefined, [{ type: "finish", claim: held, outcome: "done", result: { found: 2 } }]);
      const done = await space.queue.get("work", "a");
      assert.deepEqual(
        [done?.status, done?.result, done?.body, done?.owner, done?.token],
        ["done", { found: 2 }, undefined, undefined, undefined],
      );
      assert.equal(await space.queue.get("work", "unknown"), undefined);
    });
  });
};
