import assert from "node:assert/strict";
import { subtaskQueue } from "../../../src/actors/scan/index.ts";
import { retryLimits } from "../../../src/store/index.ts";
import { onBothDispatchers } from "../../support/kernel.ts";
import { ScanNode } from "../../support/scan-node.ts";

describe("replaying what a scan has given up (SCAN-18)", function () {
  this.timeout(5_000);

  onBothDispatchers((start) => {
    it("brings the report of the scan up to date when the work is done at last", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { subtasks: 2 });
      await node.begin("a");
      await node.finish(0, [{ n: 0 }]);
      for (let failure = 0; failure < retryLimits.failures; failure += 1) {
        await node.fail(node.runs.length - 1, "not today");
        await kernel.advance(30_000);
      }
      const before = await node.scans.get("a");
      assert.deepEqual([before?.state, before?.summary?.complete, before?.subtasks.dead], ["done", false, 1]);
      assert.equal(before?.summary?.deadLetters.length, 1);

      const [letter] = (await node.space.queue.deadLetters(subtaskQueue)).rows;
      await node.space.queue.replay(subtaskQueue, [letter?.id ?? ""]);
      await kernel.advance(1_100);
      await node.finish(node.runs.length - 1, [{ n: 1 }, { n: 2 }]);
      await kernel.advance(20);

      const after = await node.scans.get("a");
      assert.deepEqual([after?.state, after?.summary?.complete, after?.findings], ["done", true, 3]);
      assert.deepEqual(after?.subtasks, { planned: 2, done: 2, failed: 0, cancelled: 0, dead: 0 });
      assert.deepEqual(after?.summary?.deadLetters, []);
      assert.equal(after?.endedAtMs, before?.endedAtMs, "the scan has ended when it did");
      await kernel.complete(kernel.system.stop());
    });
  });
});
