import assert from "node:assert/strict";
import { subtaskQueue, taskQueue } from "../../../src/actors/scan/index.ts";
import { onBothDispatchers, type TestKernel } from "../../support/kernel.ts";
import { ScanNode } from "../../support/scan-node.ts";

describe("scan actors that are stopped while the store hangs", function () {
  this.timeout(10_000);

  /** Asks all of them to stop, has the store answer within their stop timeout, and gives what they complained about. */
  const stopped = async (kernel: TestKernel, node: ScanNode, answer: "up" | "down"): Promise<readonly unknown[]> => {
    const stopping = kernel.system.stop();
    await kernel.settle();
    node.thaw(answer);
    await kernel.complete(stopping);
    return kernel.log.lines.filter(({ msg }) => msg === "an actor failed while its life was ending");
  };

  onBothDispatchers((start) => {
    for (const answer of ["up", "down"] as const) {
      it(`set no timers after their life, wherever they wait (then the store is ${answer})`, async () => {
        // From where they look for work to where they store what came of it.
        for (const hangsAfterMs of [0, 5, 20, 260, 1_000, 3_000]) {
          const kernel = start();
          const node = new ScanNode(kernel, { subtasks: 3 });
          await node.submit("a");
          await kernel.advance(hangsAfterMs);
          node.store = "hung";
          node.runs[0]?.finish();
          await kernel.advance(300);
          assert.deepEqual(await stopped(kernel, node, answer), [], `hung after ${hangsAfterMs} ms`);
        }
      });
    }

    it("give back a scan and work that they were given after they were asked to stop", async () => {
      const kernel = start();
      const node = new ScanNode(kernel);
      await kernel.settle();
      node.store = "hung";
      await node.submit("a");
      await kernel.advance(2_000);
      assert.deepEqual(await stopped(kernel, node, "up"), []);
      for (const queue of [taskQueue, subtaskQueue]) assert.equal((await node.space.queue.counts(queue)).claimed, 0);
    });
  });
});
