import assert from "node:assert/strict";
import type { Claim, Claimed, ClaimRequest, NewItem, Space } from "../../../src/store/index.ts";
import { retryLimits } from "../../../src/store/index.ts";
import { rejects } from "../../support/rejects.ts";
import { describePort, retention, type StoreAdapter } from "./adapter.ts";

const claim = (space: Space, request: Partial<ClaimRequest> = {}): Promise<Claimed> =>
  space.queue.claim({ queue: "work", owner: "node-1", slots: 10, leaseMs: 1_000, holding: 0, ...request });

const one = async (space: Space, request: Partial<ClaimRequest> = {}): Promise<Claim> => {
  const { claims } = await claim(space, request);
  assert.equal(claims.length, 1);
  assert.ok(claims[0]);
  return claims[0];
};

const items = (...ids: string[]): readonly NewItem[] => ids.map((id) => ({ id, body: { name: id } }));
const idsOf = ({ claims }: Claimed): readonly string[] => claims.map(({ id }) => id);

export const workQueueSuite = (adapter: StoreAdapter): void => {
  describePort(adapter, "WorkQueue", (bench) => {
    describe("add", () => {
      it("stores items and says which ids were known", async () => {
        const { space } = bench();
        assert.deepEqual(await space.queue.add("work", items("a", "b")), []);
        assert.deepEqual(await space.queue.add("work", items("b", "c", "c")), ["b", "c"]);
        assert.equal((await space.queue.counts("work")).waiting, 3);
      });

      it("keeps queues apart", async () => {
        const { space } = bench();
        await space.queue.add("work", items("a"));
        assert.deepEqual(await space.queue.add("other", items("a")), []);
        assert.deepEqual(idsOf(await claim(space)), ["a"]);
        assert.equal((await space.queue.counts("other")).waiting, 1);
      });

      it("gives a body back as it was", async () => {
        const { space } = bench();
        const body = { text: 'ü \u0000 \\ "', list: [1, -0.5, 1e300, null, true], nested: { deep: [{}] } };
        await space.queue.add("work", [{ id: "a", body }]);
        assert.deepEqual((await one(space)).body, body);
      });

      it("takes every printable character in an id", async () => {
        const { space } = bench();
        const ids = ["a/b", "a%2fb", "~!", "../..", "a", `${"x".repeat(199)}|`];
        await space.queue.add("work", items(...ids));
        assert.deepEqual(idsOf(await claim(space)), ids);
      });

      it("knows the id of an ended item for as long as it is retained", async () => {
        const { space, clock } = bench();
        await space.queue.add("work", items("a"));
        const held = await one(space);
        await space.commit(undefined, [{ type: "finish", claim: held, outcome: "done", result: 7 }]);
        clock.advance(retention.retainMs - 1);
        assert.deepEqual(await space.queue.add("work", items("a")), ["a"]);
        clock.advance(2);
        assert.deepEqual(await space.queue.add("work", items("a")), []);
        assert.equal((await space.queue.get("work", "a"))?.result, undefined);
        assert.deepEqual((await space.queue.counts("work")).done, 0);
      });

      const deep = (levels: number): NewItem => {
        let body: NewItem["body"] = 0;
        for (let level = 0; level < levels; level += 1) body = [body];
        return { id: "deep", body };
      };
      for (const [what, item] of [
        ["an id with a blank", { id: "a b", body: 1 }],
        ["an empty id", { id: "", body: 1 }],
        ["a long id", { id: "a".repeat(201), body: 1 }],
        ["a large body", { id: "a", body: "x".repeat(256 * 1024) }],
        ["a number that JSON has not", { id: "a", body: Number.NaN }],
        ["an object of a class", { id: "a", body: new Map() as never }],
        ["a function", { id: "a", body: { run: (() => 1) as never } }],
        ["a deep body", deep(1_000)],
        ["a priority out of range", { id: "a", body: 1, priority: 256 }],
        ["a fraction as a priority", { id: "a", body: 1, priority: 1.5 }],
        ["a negative delay", { id: "a", body: 1, delayMs: -1 }],
        ["a group of another shape", { id: "a", body: 1, group: "Group" }],
      ] as const) {
        it(`refuses ${what} and stores nothing`, async () => {
          const { space } = bench();
          await rejects(space.queue.add("work", [...items("good"), item]), "invalid");
          assert.equal(await space.queue.get("work", "good"), undefined);
        });
      }

      it("refuses too many items, too many bytes, and a bad queue name", async () => {
        const { space } = bench();
        const many = Array.from({ length: 1_001 }, (_, at) => ({ id: `i${at}`, body: 0 }));
        await rejects(space.queue.add("work", many), "invalid");
        const large = Array.from({ length: 40 }, (_, at) => ({ id: `i${at}`, body: "x".repeat(250_000) }));
        await rejects(space.queue.add("work", large), "invalid");
        await rejects(space.queue.add("Work/", items("a")), "invalid");
      });
    });

    describe("claim", () => {
      it("hands out by priority, then in the order stored", async () => {
        const { space } = bench();
        await space.queue.add("work", [
          { id: "late", body: 0, priority: 200 },
          { id: "b", body: 0 },
          { id: "a", body: 0 },
          { id: "first", body: 0, priority: 9 },
        ]);
        assert.deepEqual(idsOf(await claim(space, { slots: 3 })), ["first", "b", "a"]);
        assert.deepEqual(idsOf(await claim(space)), ["late"]);
        assert.deepEqual(idsOf(await claim(space)), []);
      });

      it("gives tokens that grow", async () => {
        const { space } = bench();
        await space.queue.add("work", items("a", "b"));
        const { claims } = await claim(space);
        const [first, second] = claims.map(({ token }) => token);
        assert.ok(first !== undefined && second !== undefined && second > first);
        await space.commit(undefined, [{ type: "release", claim: claims[0] as Claim, reason: "returned" }]);
        assert.ok((await one(space)).token > second);
      });

      it("keeps a delayed item back until it is due, and tells when that is", async () => {
        const { space, clock } = bench();
        await space.queue.add("work", [{ id: "a", body: 0, delayMs: 500 }]);
        const before = await claim(space);
        assert.deepEqual(idsOf(before), []);
        assert.equal(before.nextInMs, 500);
        assert.equal((await space.queue.counts("work")).delayed, 1);
        clock.advance(499);
        assert.deepEqual(idsOf(await claim(space)), []);
        clock.advance(1);
        assert.deepEqual(idsOf(await claim(space)), ["a"]);
      });

      it("says nothing of a next time when there is none", async () => {
        const { space } = bench();
        assert.equal((await claim(space)).nextInMs, undefined);
      });

      it("takes back a claim that ran out, and counts the loss", async () => {
        const { space, clock } = bench();
        await space.queue.add("work", items("a"));
        const first = await one(space);
        assert.equal(first.deadlineMs, clock.monotonicMs() + 1_000);
        clock.advance(999);
        assert.deepEqual(idsOf(await claim(space)), []);
        clock.advance(1);
        const second = await one(space, { owner: "node-2" });
        assert.equal(second.losses, 1);
        assert.ok(second.token > first.token);
      });

      it("gives released and lost items their old place back", async () => {
        const { space } = bench();
        await space.queue.add("work", items("a", "b", "c"));
        const first = await one(space, { slots: 1 });
        await space.commit(undefined, [{ type: "release", claim: first, reason: "returned" }]);
        assert.deepEqual(idsOf(await claim(space)), ["a", "b", "c"]);
      });

      it("hands out only the ids that are asked for", async () => {
        const { space } = bench();
        await space.queue.add("work", items("a", "b", "c"));
        assert.deepEqual(idsOf(await claim(space, { ids: ["c", "unknown", "a", "c"] })), ["c", "a"]);
        assert.deepEqual(idsOf(await claim(space, { ids: ["a"] })), []);
      });

      it("never has more live claims than maxClaimed; those that ran out do not count", async () => {
        const { space, clock } = bench();
        await space.queue.add("work", items("a", "b", "c", "d"));
        assert.equal((await claim(space, { maxClaimed: 2 })).claims.length, 2);
        assert.equal((await claim(space, { maxClaimed: 2, owner: "node-2" })).claims.length, 0);
        assert.equal((await claim(space, { maxClaimed: 3, owner: "node-2" })).claims.length, 1);
        clock.advance(1_000);
        assert.equal((await claim(space, { maxClaimed: 2 })).claims.length, 2);
      });

      it("answers with fewer items when their bodies are large", async () => {
        const { space } = bench();
        const body = "x".repeat(250_000);
        for (let at = 0; at < 4; at += 1) {
          await space.queue.add(
            "work",
            Array.from({ length: 20 }, (_, index) => ({ id: `${at}-${index}`, body })),
          );
        }
        const { claims } = await claim(space, { slots: 80 });
        assert.ok(claims.length > 20 && claims.length < 80, String(claims.length));
      });

      it("refuses numbers out of range", async () => {
        const { space } = bench();
        await rejects(claim(space, { slots: 0 }), "invalid");
        await rejects(claim(space, { slots: 1_001 }), "invalid");
        await rejects(claim(space, { leaseMs: 0 }), "invalid");
        await rejects(claim(space, { leaseMs: Number.NaN }), "invalid");
        await rejects(claim(space, { holding: -1 }), "invalid");
        await rejects(claim(space, { owner: "a b" }), "invalid");
      });
    });

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

        await space.commit(undefined, [{ type: "finish", claim: alone.claims[0] as Claim, outcome: "done" }]);
        assert.deepEqual(idsOf(await claim(space, { owner: "node-2" })), ["c"]);
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
      await space.commit(undefined, [{ type: "finish", claim: held, outcome: "done", result: { found: 2 } }]);
      const done = await space.queue.get("work", "a");
      assert.deepEqual(
        [done?.status, done?.result, done?.body, done?.owner],
        ["done", { found: 2 }, undefined, undefined],
      );
      assert.equal(await space.queue.get("work", "unknown"), undefined);
    });
  });
};
