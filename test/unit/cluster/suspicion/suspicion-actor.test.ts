import assert from "node:assert/strict";
import { systemProps, type SilentPeer } from "../../../../src/cluster/index.ts";
import { onBothDispatchers, type TestKernel } from "../../../support/kernel.ts";
import { leaseMs, Link, TestCluster } from "../test-cluster.ts";

/** `/system` of a node under another name, whose links hear nothing of those in `silent`. */
class SuspiciousNode {
  readonly link = new Link();
  readonly silent = new Set<string>();
  lost = 0;
  calls = 0;

  static async start(id: string, kernel: TestKernel, cluster: TestCluster): Promise<SuspiciousNode> {
    const node = new SuspiciousNode();
    const membership = await kernel.complete(cluster.joining(id, { link: node.link }));
    node.link.intercept(() => void (node.calls += 1));
    const onLost = (): void => void (node.lost += 1);
    const silent = (): readonly SilentPeer[] =>
      [...node.silent].map((peer) => ({ node: peer, incarnation: "first", silentMs: leaseMs / 3 }));
    kernel.system.spawn(systemProps({ membership, onLost, kinds: [], suspects: { silent } }), id);
    await kernel.settle();
    return node;
  }
}

const suspected = "suspected: nothing comes from them";
const withdrawn = "no longer suspected";
const declared = "declared dead: they are silent, and enough members say so";

describe("/system/suspicion", () => {
  onBothDispatchers((start) => {
    let kernel: TestKernel;
    let cluster: TestCluster;

    beforeEach(() => {
      kernel = start();
      cluster = new TestCluster(kernel.clock);
    });

    const node = (id: string): Promise<SuspiciousNode> => SuspiciousNode.start(id, kernel, cluster);

    it("ends a member that is silent within a few ticks, once two say so, and says it", async () => {
      const [a, b, c] = [await node("a"), await node("b"), await node("c")];
      await kernel.advance(leaseMs + 500);
      a.silent.add("c");
      await kernel.advance(500);
      assert.deepEqual(await cluster.states(), ["a first up", "b first up", "c first up"]);
      b.silent.add("c");
      await kernel.advance(500);
      assert.deepEqual(await cluster.states(), ["a first up", "b first up", "c first dead"]);
      await kernel.advance(leaseMs);
      assert.deepEqual([a.lost, b.lost, c.lost > 0], [0, 0, true]);
      assert.deepEqual([kernel.log.of(suspected).length, kernel.log.of(declared).length], [2, 1]);
    });

    it("takes back what it said when the member is heard again; a link that stays cut costs no calls", async () => {
      const [a] = [await node("a"), await node("b"), await node("c")];
      await kernel.advance(leaseMs + 500);
      const quiet = a.calls;
      await kernel.advance(4 * leaseMs);
      const perTime = a.calls - quiet;
      a.silent.add("c");
      await kernel.advance(500);
      const before = a.calls;
      await kernel.advance(4 * leaseMs);
      assert.ok(a.calls - before <= perTime + 2, `${a.calls - before} calls, ${perTime} without a suspicion`);
      a.silent.clear();
      await kernel.advance(500);
      assert.deepEqual([kernel.log.of(suspected).length, kernel.log.of(withdrawn).length], [1, 1]);
      assert.deepEqual(await cluster.states(), ["a first up", "b first up", "c first up"]);
    });

    it("judges nobody for a lease's time after its own process stood still", async () => {
      const a = await node("a");
      await node("b");
      await kernel.advance(leaseMs + 500);
      // All at once: no tick comes in time.
      kernel.clock.advance(leaseMs / 3);
      a.silent.add("b");
      await kernel.advance(leaseMs - 200);
      assert.deepEqual(await cluster.states(), ["a first up", "b first up"]);
      assert.equal(kernel.log.of(suspected).length, 0);
      await kernel.advance(600);
      assert.deepEqual(await cluster.states(), ["a first up", "b first dead"]);
    });

    it("of each other ends one of two nodes", async () => {
      const [a, b] = [await node("a"), await node("b")];
      await kernel.advance(leaseMs + 500);
      a.silent.add("b");
      b.silent.add("a");
      await kernel.advance(2 * leaseMs);
      const states = await cluster.states();
      assert.equal(states.filter((state) => state.endsWith("dead")).length, 1, states.join());
      assert.equal([a, b].filter(({ lost }) => lost > 0).length, 1);
    });

    it("tries again while the store is away, and ends nobody until it has been back for a lease's time", async () => {
      const [a, b] = [await node("a"), await node("b")];
      await kernel.advance(leaseMs + 500);
      for (const { link } of [a, b]) link.state = "down";
      a.silent.add("b");
      await kernel.advance(5_000);
      for (const { link } of [a, b]) link.state = "up";
      await kernel.advance(leaseMs - 200);
      assert.deepEqual(await cluster.states(), ["a first up", "b first up"]);
      await kernel.advance(1_500);
      assert.deepEqual(await cluster.states(), ["a first up", "b first dead"]);
      assert.equal(kernel.log.of("an actor failed").length, 0);
    });
  });
});
