import assert from "node:assert/strict";
import { bounds, type Claim, type NewItem } from "../../../src/store/index.ts";
import { rejects } from "../../support/rejects.ts";
import { describePort, retention, type StoreAdapter } from "./adapter.ts";
import { claim, idsOf, items, one } from "./work.ts";

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
        assert.ok(claims.length * body.length <= bounds.callBytes, String(claims.length));
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
  });
};
