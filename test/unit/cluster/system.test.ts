import assert from "node:assert/strict";
import { joinCluster, listMembers, systemProps, type SystemMessage } from "../../../src/cluster/index.ts";
import type { Address } from "../../../src/kernel/index.ts";
import { StoreError, type Space } from "../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore, type Carry } from "../../../src/store/memory/index.ts";
import { onBothDispatchers, type TestKernel } from "../../support/kernel.ts";

const late = "heartbeats come late: this process or the store is too busy";

/** `/system` of a node, on a store that the test can take away. */
class SystemNode {
  readonly kernel: TestKernel;
  /** As others see it: always there. */
  readonly space: Space;
  store: "up" | "down" = "up";
  lost = 0;
  #address: Address<SystemMessage> | undefined;
  readonly #behind: Space;

  constructor(kernel: TestKernel) {
    this.kernel = kernel;
    const database = createMemoryDatabase({ clock: kernel.clock });
    this.space = openMemoryStore(database).space("cluster");
    const carry: Carry = async (run) => {
      if (this.store === "down") throw new StoreError("deadline", "no answer", { retryable: true });
      return Promise.resolve(run());
    };
    this.#behind = openMemoryStore(database, carry).space("cluster");
  }

  async start(incarnation = "first", space = this.#behind): Promise<void> {
    const membership = await this.kernel.complete(
      joinCluster({
        space,
        clock: this.kernel.clock,
        identity: {
          id: "a",
          incarnation,
          address: "127.0.0.1:1",
          httpAddress: "127.0.0.1:2",
          roles: [],
          pid: 1,
          version: "0",
        },
        settings: {},
      }),
    );
    if (this.#address !== undefined) return;
    const onLost = (): void => void (this.lost += 1);
    this.#address = this.kernel.system.spawn(systemProps({ membership, onLost }), "system");
    await this.kernel.settle();
  }

  async drain(): Promise<void> {
    this.#address?.tell({ type: "drain" });
    await this.kernel.settle();
  }

  async state(): Promise<string | undefined> {
    return (await listMembers(this.space))[0]?.state;
  }
}

describe("/system", () => {
  onBothDispatchers((start) => {
    it("keeps the node up with a heartbeat a second, and tells at once that it drains", async () => {
      const node = new SystemNode(start());
      await node.start();
      const before = await node.space.revision();
      await node.kernel.advance(30_000);
      const beats = (await node.space.revision()) - before;
      assert.ok(beats >= 29 && beats <= 31, `${beats}`);
      assert.equal(await node.state(), "up");
      assert.equal(node.kernel.log.of(late).length, 0);
      await node.drain();
      assert.equal(await node.state(), "draining");
      assert.equal(node.lost, 0);
    });

    it("says once that heartbeats come late, and once more when it happens again", async () => {
      const node = new SystemNode(start());
      await node.start();
      for (const times of [1, 2]) {
        node.store = "down";
        await node.kernel.advance(10_000);
        assert.equal(await node.state(), "silent");
        node.store = "up";
        await node.kernel.advance(5_000);
        assert.equal(await node.state(), "up");
        assert.equal(node.kernel.log.of(late).length, times);
      }
      assert.equal(node.lost, 0);
    });

    it("tells once that the node is lost when another process has its id, and writes nothing more", async () => {
      const node = new SystemNode(start());
      await node.start();
      node.store = "down";
      await node.start("second", node.space);
      node.store = "up";
      await node.kernel.advance(5_000);
      assert.equal(node.lost, 1);
      const [member] = await listMembers(node.space);
      assert.equal(member?.incarnation, "second");
    });

    it("ends without a complaint in the middle of a heartbeat", async () => {
      const node = new SystemNode(start());
      await node.start();
      const { system, log } = node.kernel;
      const stopping = node.kernel.complete(system.stop());
      await node.drain();
      await stopping;
      assert.deepEqual(
        log.lines.filter(({ level }) => level >= 40).map(({ msg }) => msg),
        [],
      );
    });

    it("goes on after a fault in its actors, and is lost when they are stopped", async () => {
      const node = new SystemNode(start());
      await node.start();
      assert.ok(node.kernel.system.kill("/system/membership", "a test"));
      assert.ok(node.kernel.system.restart("/system/membership"));
      await node.kernel.advance(5_000);
      assert.equal(await node.state(), "up");
      assert.equal(node.lost, 0);
      const membership = node.kernel.system.find("/system/membership");
      assert.ok(membership);
      await node.kernel.complete(node.kernel.system.stopActor(membership));
      await node.kernel.settle();
      assert.ok(node.lost > 0);
    });
  });
});
