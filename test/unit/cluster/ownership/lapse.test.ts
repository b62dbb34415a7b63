import assert from "node:assert/strict";
import { checkFencing, checkIntervals } from "../../../support/invariants/index.ts";
import { OwnerCluster } from "./owner-cluster.ts";
import type { KindShape } from "./owner-node.ts";

const ledger = { name: "ledger", shards: 16 };
const keeper = { name: "keeper", shards: 1 };
const stopped = "the lease was not renewed in time: owned actors are stopped";

const cluster = async (run: (nodes: OwnerCluster) => Promise<void>, kinds: readonly KindShape[]): Promise<void> => {
  const nodes = new OwnerCluster(kinds);
  await run(nodes);
  await nodes.stop();
  assert.deepEqual([...checkFencing(nodes.history), ...checkIntervals(nodes.history)], []);
};

describe("ownership: the own deadline", () => {
  it("stops everything at the deadline, writes nothing, and takes it anew when the lease is regained", () =>
    cluster(
      async (nodes) => {
        const a = await nodes.join("a");
        const grants = [...a.grants];
        a.state = "silent";
        await nodes.advance(2_399);
        assert.equal(a.running.length, 17);
        const before = await nodes.commits();
        await nodes.advance(2);
        assert.deepEqual(a.running, []);
        assert.ok(grants.every((grant) => grant.deadlineMs() === Number.NEGATIVE_INFINITY));
        await nodes.advance(10_000);
        assert.equal(await nodes.commits(), before);
        a.state = "up";
        await nodes.advance(1_000);
        assert.equal(a.running.length, 17);
        const known = new Set(grants.map(({ kind, token }) => `${kind}/${token}`));
        assert.ok(a.grants.slice(17).every(({ kind, token }) => !known.has(`${kind}/${token}`)));
        assert.ok(grants.every((grant) => grant.deadlineMs() === Number.NEGATIVE_INFINITY));
        assert.equal(a.log.of(stopped).length, 2, "once for the singletons, once for the shards");
      },
      [ledger, keeper],
    ));

  it("stops everything before it goes on when a freeze outlasted the deadline, also if the lease was regained", () =>
    cluster(
      async (nodes) => {
        const a = await nodes.join("a");
        const [first] = a.grants;
        assert.ok(first);
        a.state = "frozen";
        await nodes.advance(9_000);
        assert.ok(first.deadlineMs() < nodes.clock.monotonicMs());
        nodes.events.length = 0;
        // What comes first after the thaw is the news of the regained lease.
        a.renew();
        a.thaw();
        await nodes.settle();
        assert.deepEqual(nodes.events, ["a stopped keeper/0", "a starts keeper/0"]);
        assert.equal(a.owned.length, 1);
        assert.equal(first.deadlineMs(), Number.NEGATIVE_INFINITY);
        nodes.history.splice(
          nodes.history.findLastIndex(({ type }) => type === "renewed"),
          1,
        );
      },
      [keeper],
    ));

  it("releases what it held before a lapse and should not own any more", () =>
    cluster(
      async (nodes) => {
        const a = await nodes.join("a");
        const b = await nodes.join("b");
        await nodes.advance(1_500);
        a.state = "silent";
        await nodes.advance(2_500);
        // Still a member, so that nobody took anything; now it drains.
        assert.equal(b.running.length < 16, true);
        a.state = "up";
        nodes.change({ a: "draining" });
        await nodes.enter({ b: "up" });
        await nodes.advance(2_500);
        assert.equal(b.running.length, 16);
      },
      [ledger],
    ));

  it("writes nothing once it is lost, whatever comes afterwards", () =>
    cluster(
      async (nodes) => {
        const a = await nodes.join("a");
        const before = await nodes.commits();
        a.tell({ type: "lost" });
        await nodes.advance(5_000);
        assert.deepEqual(a.running, []);
        await nodes.enter({ a: "draining" });
        await nodes.enter({ a: "up" });
        await nodes.advance(5_000);
        assert.deepEqual(a.running, []);
        assert.equal(await nodes.commits(), before);
      },
      [ledger, keeper],
    ));

  it("answers a lost node that asks to hand over when its actors have stopped, also while the store is away", () =>
    cluster(
      async (nodes) => {
        const a = await nodes.join("a");
        a.store = "down";
        a.tell({ type: "lost" });
        assert.deepEqual(await nodes.complete(a.handOver(1_000), 100), { type: "handed-over" });
        assert.deepEqual(a.running, []);
      },
      [ledger, keeper],
    ));

  it("starts nothing under a grant that came after the deadline, and takes it anew", () =>
    cluster(
      async (nodes) => {
        const a = nodes.start("a");
        // Read, and on its way to be taken.
        a.tell({ type: "table", view: nodes.view });
        nodes.change({ a: "up" });
        a.tell({ type: "table", view: nodes.view });
        while (a.step());
        a.state = "frozen";
        await nodes.advance(5_000);
        a.thaw();
        await nodes.settle();
        assert.deepEqual(a.running, []);
        assert.deepEqual(nodes.events, []);
        assert.equal(await nodes.commits(), 0, "no write is the first thing after a thaw");
        await nodes.advance(1_000);
        assert.deepEqual(a.running, ["/system/singletons/keeper"]);
      },
      [keeper],
    ));

  it("starts nothing when the answer that it has taken a fence came after the deadline", () =>
    cluster(
      async (nodes) => {
        const a = nodes.start("a");
        a.onAnswer = () => (a.state = nodes.history.some(({ type }) => type === "granted") ? "frozen" : "up");
        await nodes.enter({ a: "up" });
        assert.equal(a.state, "frozen");
        a.onAnswer = undefined;
        await nodes.advance(5_000);
        a.thaw();
        await nodes.settle();
        assert.deepEqual(nodes.events, []);
        await nodes.advance(1_000);
        assert.deepEqual(nodes.events, ["a starts keeper/0"]);
      },
      [keeper],
    ));

  it("starts nothing in a new life under what the last one took", () =>
    cluster(
      async (nodes) => {
        const a = nodes.start("a");
        nodes.change({ a: "up" });
        a.tell({ type: "table", view: nodes.view });
        while (nodes.history.length === 0) {
          while (a.step());
          await Promise.resolve();
        }
        // The answer is in the mailbox, and has not been read.
        for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
        assert.ok(a.system.kill("/system/singletons", "a test"));
        await nodes.advance(2_000);
        assert.deepEqual(nodes.events, ["a starts keeper/0"]);
        const granted = nodes.history.filter(({ type }) => type === "granted");
        assert.equal(granted.length, 2);
        assert.equal(a.owned[0]?.token, granted[1]?.token);
        nodes.history.shift();
      },
      [keeper],
    ));

  it("begins anew after a fault of its own actors, under new tokens", () =>
    cluster(
      async (nodes) => {
        const a = await nodes.join("a");
        for (const path of ["/system/singletons", "/system/shards/ledger", "/system/ownership", "/system/shards"]) {
          assert.ok(a.system.kill(path, "a test"));
          await nodes.advance(2_000);
          assert.equal(a.running.length, 17, path);
        }
        assert.equal(a.owned.length, 17);
        assert.equal(nodes.events.filter((event) => event === "a starts keeper/0").length, 2);
      },
      [ledger, keeper],
    ));
});
