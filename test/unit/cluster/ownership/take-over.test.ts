import assert from "node:assert/strict";
import { commitUnder, ownerOf } from "../../../../src/cluster/index.ts";
import type { Grant } from "../../../../src/cluster/index.ts";
import type { Change } from "../../../../src/store/index.ts";
import { checkFencing, checkIntervals } from "../../../support/invariants/index.ts";
import { rejects } from "../../../support/rejects.ts";
import { leaseMs, OwnerCluster } from "./owner-cluster.ts";
import type { KindShape, OwnerNode } from "./owner-node.ts";

const ledger = { name: "ledger", shards: 16 };
const keeper = { name: "keeper", shards: 1 };
const write: readonly Change[] = [{ type: "put", key: "data", value: "written" }];

interface Pair {
  readonly nodes: OwnerCluster;
  /** Owns the keeper. */
  readonly owner: OwnerNode;
  readonly other: OwnerNode;
  readonly grant: Grant;
}

/** Two nodes, one of which owns the singleton. */
const pair = async (run: (pair: Pair) => Promise<void>, kinds: readonly KindShape[] = [keeper]): Promise<void> => {
  const nodes = new OwnerCluster(kinds);
  const [a, b] = [await nodes.join("a"), await nodes.join("b")];
  await nodes.advance(1_500);
  const [owner, other] = ownerOf(nodes.view, { name: "keeper", role: undefined }, 0)?.id === "a" ? [a, b] : [b, a];
  const grant = owner.grants.findLast(({ kind }) => kind === "keeper");
  assert.ok(grant);
  await run({ nodes, owner, other, grant });
  await nodes.stop();
  assert.deepEqual([...checkFencing(nodes.history), ...checkIntervals(nodes.history)], []);
};

describe("ownership: taking over", () => {
  it("takes over from a node as soon as it is told that it is dead, in a two-node cluster", () =>
    pair(
      async ({ nodes, owner, other }) => {
        owner.state = "frozen";
        await nodes.advance(leaseMs);
        assert.equal(other.running.includes("/system/singletons/keeper"), false);
        const before = await nodes.commits();
        await nodes.enter({ [owner.id]: "dead" });
        assert.equal(other.running.length, 17);
        assert.equal((await nodes.commits()) - before, 2, "a commit for each kind");
      },
      [keeper, ledger],
    ));

  it("refuses what a frozen owner had on its way, and what it does afterwards", () =>
    pair(async ({ nodes, owner, other, grant }) => {
      await commitUnder(grant, nodes.clock, write);
      owner.state = "frozen";
      const onItsWay = grant.space.commit(grant.guard, write);
      await nodes.advance(leaseMs);
      await nodes.enter({ [owner.id]: "dead" });
      assert.deepEqual(other.running, ["/system/singletons/keeper"]);
      const before = await nodes.commits();
      owner.thaw();
      await rejects(onItsWay, "stale-guard");
      await assert.rejects(commitUnder(grant, nodes.clock, write), { code: "not-owner" });
      await nodes.settle();
      assert.deepEqual(owner.running, []);
      await nodes.advance(5_000);
      assert.equal(await nodes.commits(), before);
      assert.equal(grant.deadlineMs(), Number.NEGATIVE_INFINITY);
      assert.deepEqual(
        nodes.history.filter(({ type }) => type === "accepted" || type === "refused").map(({ type }) => type),
        ["accepted", "refused"],
      );
    }));

  it("stops the owned actor when the store calls its write stale", () =>
    pair(async ({ nodes, owner, grant }) => {
      const { rows } = await nodes.space.records.list("owner/keeper/");
      const [fence] = rows;
      assert.ok(fence);
      // As if another node had taken it, of which this one knows nothing.
      const value = { node: "c", incarnation: "first", state: "held", table: nodes.view.version };
      await nodes.space.commit(undefined, [{ type: "put", key: fence.key, value }]);
      assert.ok(grant.deadlineMs() > nodes.clock.monotonicMs());
      await assert.rejects(commitUnder(grant, nodes.clock, write), { code: "not-owner" });
      await nodes.settle();
      assert.equal(nodes.events.at(-2), `${owner.id} stopped keeper/0`);
      // The table does not know that node as live, so the fence is taken again.
      assert.equal(nodes.events.at(-1), `${owner.id} starts keeper/0`);
      assert.equal(owner.log.of("another node has taken a shard: its actor is stopped").length, 1);
      nodes.history.length = 0;
    }));

  it("does not judge a holder by a table from before the holder joined", () =>
    pair(async ({ nodes, owner, other }) => {
      await nodes.enter({ [owner.id]: "draining" });
      await nodes.advance(1_500);
      assert.deepEqual(other.running, ["/system/singletons/keeper"]);
      const old = nodes.view;
      // Another incarnation of the owner's node joins and takes the singleton back; a third node still has the table of before.
      const second = await nodes.join(owner.id, "second");
      await nodes.advance(1_500);
      assert.deepEqual(second.running, ["/system/singletons/keeper"]);
      other.tell({ type: "table", view: { ...old, members: old.members.filter(({ id }) => id === other.id) } });
      await nodes.advance(3_000);
      assert.deepEqual(other.running, []);
      assert.deepEqual(second.running, ["/system/singletons/keeper"]);
    }));

  it("gives a node that comes back as another incarnation the same shards", () =>
    pair(
      async ({ nodes, owner }) => {
        const before = owner.running;
        owner.state = "frozen";
        await nodes.advance(leaseMs);
        const again = await nodes.join(owner.id, "second");
        await nodes.advance(1_500);
        assert.deepEqual(again.running, before);
      },
      [keeper, ledger],
    ));

  it("lets one of two takers that see the same fence have it", () =>
    pair(async ({ nodes, owner, other }) => {
      await nodes.enter({ [owner.id]: "draining", [other.id]: "draining" });
      await nodes.advance(1_500);
      assert.deepEqual([owner.running, other.running], [[], []]);
      const before = nodes.history.length;
      const only = (id: string): void => nodes.change({ a: "draining", b: "draining", [id]: "up" });
      // Two versions of the table, which disagree about the owner.
      only(owner.id);
      owner.tell({ type: "table", view: nodes.view });
      only(other.id);
      other.tell({ type: "table", view: nodes.view });
      await nodes.advance(3_000);
      assert.deepEqual([...owner.running, ...other.running], ["/system/singletons/keeper"]);
      assert.equal(nodes.history.slice(before).filter(({ type }) => type === "granted").length, 1);
    }));
});
