import assert from "node:assert/strict";
import type { Grant } from "../../../../src/cluster/index.ts";
import { checkFencing, checkIntervals } from "../../../support/invariants/index.ts";
import { OwnerCluster } from "./owner-cluster.ts";
import type { KindShape } from "./owner-node.ts";

const ledger = { name: "ledger", shards: 16 };

const cluster = async (run: (nodes: OwnerCluster) => Promise<void>, kinds: readonly KindShape[]): Promise<void> => {
  const nodes = new OwnerCluster(kinds);
  await run(nodes);
  await nodes.stop();
  assert.deepEqual([...checkFencing(nodes.history), ...checkIntervals(nodes.history)], []);
};

const failing = (shards: number, which: number, times: { left: number }): KindShape => ({
  name: "brittle",
  shards,
  begun: ({ shard }: Grant) => {
    if (shard !== which || times.left === 0) return;
    times.left -= 1;
    throw new Error("brittle");
  },
});

describe("ownership: actors that end by themselves", () => {
  it("restarts one that fails under the same grant, gives it up in the end, and takes it again after a pause", () =>
    cluster(
      async (nodes) => {
        const a = await nodes.join("a");
        const [first] = a.grants;
        const ended = (): number => a.log.of("an owned actor has ended by itself").length;
        for (let waited = 0; ended() === 0 && waited < 120_000; waited += 500) await nodes.advance(500);
        assert.equal(ended(), 1);
        assert.deepEqual(a.running, []);
        assert.equal(a.grants.length, 1, "restarts keep the grant");
        assert.equal(nodes.history.filter(({ type }) => type === "released").length, 1);
        await nodes.advance(4_000);
        assert.deepEqual(a.running, [], "it rests");
        await nodes.advance(2_000);
        assert.deepEqual(a.running, ["/system/singletons/brittle"]);
        assert.ok(first !== undefined && (a.grants.at(-1)?.token ?? 0) > first.token);
      },
      [failing(1, 0, { left: 11 })],
    ));

  it("begins the owner of a kind anew that somebody has stopped", () =>
    cluster(
      async (nodes) => {
        const a = await nodes.join("a");
        const owner = a.system.find("/system/shards/ledger");
        assert.ok(owner);
        await nodes.complete(a.system.stopActor(owner));
        assert.deepEqual(a.running, []);
        await nodes.advance(1_500);
        assert.equal(a.running.length, 16);
        await nodes.complete(a.handOver());
        assert.deepEqual(a.running, []);
      },
      [ledger],
    ));

  it("lets the other shards go on", () =>
    cluster(
      async (nodes) => {
        const a = await nodes.join("a");
        await nodes.advance(120_000);
        assert.equal(nodes.events.filter((event) => event === "a starts brittle/2").length, 1);
        assert.ok(a.running.includes("/system/shards/brittle/2"));
      },
      [failing(4, 3, { left: 1_000 })],
    ));
});

describe("ownership: a store that does not answer", () => {
  it("goes on when it answers again, and says so once", () =>
    cluster(
      async (nodes) => {
        const a = nodes.start("a");
        a.store = "down";
        await nodes.enter({ a: "up" });
        await nodes.advance(10_000);
        assert.deepEqual(a.running, []);
        assert.equal(a.log.of("the store did not answer about fences; trying again").length, 1);
        a.store = "up";
        await nodes.advance(1_600);
        assert.equal(a.running.length, 16);
      },
      [ledger],
    ));

  it("takes anew what it took without hearing of it", () =>
    cluster(
      async (nodes) => {
        const a = nodes.start("a");
        let lost = 0;
        a.onAnswer = () => {
          const loses = lost === 0 && nodes.history.some(({ type }) => type === "granted");
          a.store = loses ? "deaf" : "up";
          if (loses) lost += 1;
        };
        await nodes.enter({ a: "up" });
        await nodes.advance(200);
        assert.equal(lost, 1);
        assert.equal(await nodes.commits(), 2);
        assert.equal(a.running.length, 16);
        assert.equal(a.grants.length, 16);
        const granted = nodes.history.filter(({ type }) => type === "granted");
        assert.equal(granted.length, 32);
        // Nothing ran under the first of them.
        nodes.history.splice(0, 16);
      },
      [ledger],
    ));

  it("finds what it took by a call that arrived long after it was given up, and lets go of it", () =>
    cluster(
      async (nodes) => {
        const a = nodes.start("a");
        let answers = 0;
        a.onAnswer = () => {
          answers += 1;
          // It has read the fence and is about to take it.
          if (answers === 2) a.store = "slow";
        };
        await nodes.enter({ a: "up" });
        a.store = "up";
        const b = nodes.start("b");
        b.store = "down";
        await nodes.enter({ a: "draining", b: "up" });
        await nodes.advance(2_000);
        await a.arrive();
        b.store = "up";
        await nodes.advance(40_000);
        assert.deepEqual([a.running, b.running], [[], ["/system/singletons/keeper"]]);
        // Nothing ran under what a had.
        nodes.history.splice(
          0,
          nodes.history.findIndex(({ owner }) => owner === "b/first"),
        );
      },
      [{ name: "keeper", shards: 1 }],
    ));

  it("leaves a fence alone that something else has written, and says so once", () =>
    cluster(
      async (nodes) => {
        await nodes.space.commit(undefined, [{ type: "put", key: "owner/ledger/7", value: { of: "a later version" } }]);
        const a = await nodes.join("a");
        await nodes.advance(5_000);
        assert.equal(a.running.length, 15);
        assert.equal(a.log.of("fences cannot be read").length, 1);
      },
      [ledger],
    ));
});
