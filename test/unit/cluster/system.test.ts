import assert from "node:assert/strict";
import { systemProps, type SystemMessage } from "../../../src/cluster/index.ts";
import type { Address } from "../../../src/kernel/index.ts";
import { onBothDispatchers, type TestKernel } from "../../support/kernel.ts";
import { leaseMs, Link, TestCluster } from "./test-cluster.ts";

const late = "renewals of the node's lease come late: this process or the store is too busy";

/** `/system` of a node under another name, so that a kernel can run some of them, on a link that the test can take away. */
class SystemNode {
  readonly link = new Link();
  lost = 0;
  calls = 0;
  readonly #id: string;
  readonly #kernel: TestKernel;
  readonly #cluster: TestCluster;
  #address: Address<SystemMessage> | undefined;

  constructor(id: string, kernel: TestKernel, cluster: TestCluster) {
    this.#id = id;
    this.#kernel = kernel;
    this.#cluster = cluster;
  }

  async start(): Promise<this> {
    const membership = await this.#kernel.complete(this.#cluster.joining(this.#id, { link: this.link }));
    const onLost = (): void => void (this.lost += 1);
    this.link.intercept(() => void (this.calls += 1));
    this.#address = this.#kernel.system.spawn(systemProps({ membership, onLost, kinds: [] }), this.#id);
    await this.#kernel.settle();
    return this;
  }

  async drain(): Promise<void> {
    this.#address?.tell({ type: "drain" });
    await this.#kernel.settle();
  }
}

describe("/system", () => {
  onBothDispatchers((start) => {
    let kernel: TestKernel;
    let cluster: TestCluster;

    beforeEach(() => {
      kernel = start();
      cluster = new TestCluster(kernel.clock);
    });

    const node = (id: string): Promise<SystemNode> => new SystemNode(id, kernel, cluster).start();

    it("keeps the node up with a few calls a second, and says at once that it drains", async () => {
      const a = await node("a");
      await node("b");
      for (let second = 0; second < 30; second += 1) {
        await kernel.advance(1_000);
        const [lease] = await cluster.space.leases.look(["node/a"]);
        assert.ok((lease?.leftMs ?? 0) >= leaseMs / 2, JSON.stringify(lease));
      }
      assert.ok(a.calls < 30 * 5, `${a.calls} calls`);
      assert.deepEqual(await cluster.states(), ["a first up", "b first up"]);
      assert.equal(kernel.log.of(late).length, 0);
      await a.drain();
      assert.deepEqual(await cluster.states(), ["a first draining", "b first up"]);
      assert.equal(a.lost, 0);
    });

    it("declares a killed node dead within its lease and half a second, in a cluster of two too", async () => {
      for (const others of [1, 4]) {
        const ids = Array.from({ length: others }, (_, at) => `other-${others}-${at}`);
        for (const id of ids) await node(id);
        const killed = await node(`z-${others}`);
        for (const afterMs of [leaseMs, 700]) await kernel.advance(afterMs);
        killed.link.state = "frozen";
        await kernel.advance(leaseMs + 500);
        const states = await cluster.states();
        assert.ok(states.includes(`z-${others} first dead`), states.join());
        assert.equal(states.filter((state) => state.endsWith("dead")).length, others === 1 ? 1 : 2);
      }
    });

    it("a node that thaws after that is told that it is lost, and writes nothing more", async () => {
      const a = await node("a");
      const frozen = await node("b");
      await kernel.advance(leaseMs);
      frozen.link.state = "frozen";
      await kernel.advance(3 * leaseMs);
      frozen.link.state = "up";
      await kernel.advance(leaseMs);
      assert.deepEqual([a.lost, frozen.lost > 0], [0, true]);
      assert.deepEqual(await cluster.states(), ["a first up", "b first dead"]);
      const { calls } = frozen;
      await kernel.advance(leaseMs);
      assert.equal(frozen.calls, calls, "it still asks the store");
    });

    it("after an outage of the store everyone goes on, however often; it is said once each time", async () => {
      const nodes = [await node("a"), await node("b"), await node("c")];
      for (const times of [1, 2]) {
        for (const { link } of nodes) link.state = "down";
        await kernel.advance(10_000);
        for (const { link } of nodes) link.state = "up";
        await kernel.advance(10_000);
        assert.deepEqual(await cluster.states(), ["a first up", "b first up", "c first up"]);
        assert.equal(kernel.log.of(late).length, times * nodes.length);
      }
      assert.deepEqual(
        nodes.map(({ lost }) => lost),
        [0, 0, 0],
      );
    });

    it("says that it drains once the store answers again", async () => {
      const a = await node("a");
      a.link.state = "down";
      await a.drain();
      await kernel.advance(10_000);
      a.link.state = "up";
      await kernel.advance(1_000);
      assert.deepEqual(await cluster.states(), ["a first draining"]);
    });

    it("says that it drains once its lease is free again that somebody took", async () => {
      const a = await node("a");
      a.link.state = "frozen";
      await kernel.advance(leaseMs + 100);
      // A declarer that ends before it has changed the table.
      assert.ok(await cluster.space.leases.acquire("node/a", "b.first", 1_000));
      a.link.state = "up";
      await a.drain();
      assert.deepEqual(await cluster.states(), ["a first up"]);
      await kernel.advance(2_000);
      assert.deepEqual(await cluster.states(), ["a first draining"]);
      assert.deepEqual([a.lost, kernel.log.of("an actor failed").length], [0, 0]);
    });

    it("ends without a complaint in the middle of a renewal", async () => {
      const a = await node("a");
      const { system, log } = kernel;
      const stopping = kernel.complete(system.stop());
      await a.drain();
      await stopping;
      assert.deepEqual(
        log.lines.filter(({ level }) => level >= 40).map(({ msg }) => msg),
        [],
      );
    });

    it("goes on after a fault in its actors", async () => {
      const a = await node("a");
      const b = await node("b");
      for (const name of ["lease", "membership", "ownership", "singletons", "shards"]) {
        assert.ok(kernel.system.kill(`/a/${name}`, "a test"));
        assert.ok(kernel.system.restart(`/a/${name}`));
      }
      await kernel.advance(3 * leaseMs);
      assert.deepEqual(await cluster.states(), ["a first up", "b first up"]);
      for (const [name, { lost }] of Object.entries({ a, b })) assert.equal(lost, 0, name);
    });

    for (const name of ["lease", "membership", "ownership", "singletons", "shards"]) {
      it(`is lost when its ${name} is stopped`, async () => {
        const a = await node("a");
        const actor = kernel.system.find(`/a/${name}`);
        assert.ok(actor);
        await kernel.complete(kernel.system.stopActor(actor));
        await kernel.settle();
        assert.ok(a.lost > 0);
      });
    }
  });
});
