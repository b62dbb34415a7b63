import assert from "node:assert/strict";
import { ownerOf } from "../../../../src/cluster/index.ts";
import { gate } from "../../../support/actors.ts";
import { OwnerCluster } from "./owner-cluster.ts";
import type { KindShape } from "./owner-node.ts";

const ledger = { name: "ledger", shards: 256 };
const keeper = { name: "keeper", shards: 1 };

const cluster = async (kinds: readonly KindShape[], run: (nodes: OwnerCluster) => Promise<void>): Promise<void> => {
  const nodes = new OwnerCluster(kinds);
  await run(nodes);
  await nodes.stop();
};

describe("ownership: taking and handing over", () => {
  it("takes all shards of a kind with one commit, and nothing more while nothing changes", () =>
    cluster([ledger], async (nodes) => {
      const a = await nodes.join("a");
      assert.equal(a.running.length, 256);
      assert.equal(await nodes.commits(), 1);
      await nodes.advance(30_000);
      assert.equal(await nodes.commits(), 1);
      assert.ok(a.running.includes("/system/shards/ledger/255"));
    }));

  it("hands over to a node that joins, with few commits, and each shard stops before it starts again", () =>
    cluster([ledger], async (nodes) => {
      const a = await nodes.join("a");
      const before = await nodes.commits();
      const b = await nodes.join("b");
      await nodes.advance(1_500);
      const moved = b.running.length;
      assert.ok(moved > 64 && moved < 192, `${moved} moved`);
      assert.equal(a.running.length + moved, 256);
      assert.ok((await nodes.commits()) - before <= 4, `${(await nodes.commits()) - before} commits`);
      for (let shard = 0; shard < 256; shard += 1) {
        const owner = ownerOf(nodes.view, { name: "ledger", role: undefined }, shard)?.id;
        const events = nodes.events.filter((event) => event.endsWith(` ledger/${shard}`));
        const wanted = owner === "b" ? [`a stopped ledger/${shard}`, `b starts ledger/${shard}`] : [];
        assert.deepEqual(events, [`a starts ledger/${shard}`, ...wanted]);
      }
    }));

  it("waits for a predecessor that takes long to stop, and never takes from the living", async () => {
    const end = gate();
    await cluster([{ ...keeper, ending: () => end.opened }], async (nodes) => {
      const first = await nodes.join("a");
      await nodes.join("b");
      await nodes.join("c");
      await nodes.join("d");
      await nodes.enter({ a: "draining" });
      await nodes.advance(3_000);
      assert.deepEqual(nodes.events, ["a starts keeper/0"]);
      end.open();
      await nodes.advance(1_500);
      const [, stopped, starts] = nodes.events;
      assert.equal(stopped, "a stopped keeper/0");
      assert.match(starts ?? "", /^[bcd] starts keeper\/0$/);
      assert.deepEqual(first.running, []);
    });
  });

  it("answers that it handed over when all has stopped and is released, and takes nothing any more", () =>
    cluster([ledger, keeper], async (nodes) => {
      const a = await nodes.join("a");
      const b = await nodes.join("b");
      await nodes.advance(1_500);
      await nodes.enter({ a: "draining" });
      assert.deepEqual(await nodes.complete(a.handOver()), { type: "handed-over" });
      assert.deepEqual(a.running, []);
      const { rows } = await nodes.space.records.list("owner/");
      const held = rows.filter(({ value }) => JSON.stringify(value).includes('"node":"a"'));
      assert.deepEqual(
        held.filter(({ value }) => JSON.stringify(value).includes('"held"')),
        [],
      );
      await nodes.advance(1_500);
      assert.equal(b.running.length, 257);
      await nodes.enter({ a: "up" });
      await nodes.advance(1_500);
      assert.deepEqual(a.running, []);
    }));

  it("answers at once when it owns nothing, and fails in time when an actor does not stop", async () => {
    const end = gate();
    await cluster([{ ...keeper, role: "work", ending: () => end.opened }], async (nodes) => {
      const idle = await nodes.join("a");
      await nodes.complete(idle.handOver(10));
      const worker = await nodes.join("worker-1");
      assert.deepEqual(worker.running, ["/system/singletons/keeper"]);
      await assert.rejects(nodes.complete(worker.handOver(1_000)), { code: "ask-timeout" });
      end.open();
    });
  });

  it("takes back what the table wants back while it is on its way out", async () => {
    const end = gate();
    await cluster([{ ...keeper, ending: () => end.opened }], async (nodes) => {
      const a = await nodes.join("a");
      await nodes.enter({ a: "draining" });
      await nodes.enter({ a: "up" });
      assert.deepEqual(nodes.events, ["a starts keeper/0"]);
      end.open();
      await nodes.settle();
      assert.deepEqual(nodes.events, ["a starts keeper/0", "a stopped keeper/0", "a starts keeper/0"]);
      assert.equal(a.owned.length, 1);
    });
  });

  it("moves a singleton between two nodes without a gap in who is asked and without an overlap", () =>
    cluster([keeper], async (nodes) => {
      await nodes.join("a");
      await nodes.join("b");
      await nodes.advance(1_500);
      const owner = ownerOf(nodes.view, { name: "keeper", role: undefined }, 0)?.id ?? "";
      const other = owner === "a" ? "b" : "a";
      nodes.events.length = 0;
      await nodes.enter({ [owner]: "draining" });
      await nodes.advance(1_500);
      assert.deepEqual(nodes.events, [`${owner} stopped keeper/0`, `${other} starts keeper/0`]);
    }));
});
