import assert from "node:assert/strict";
import { onBothDispatchers, type TestKernel } from "../../../support/kernel.ts";
import { eventOf, RespondNode } from "./respond-node.ts";

describe("runs that people and nodes change at the same time", () => {
  onBothDispatchers((start) => {
    const statusOf = async (node: RespondNode, id: string): Promise<string | undefined> =>
      (await node.space.queue.get("runs", id))?.status;

    const givenUp = async (kernel: TestKernel, node: RespondNode): Promise<string> => {
      node.runner.began = (execution) => execution.finish({ type: "lost", message: "killed by the kernel" });
      const { id } = await kernel.complete(node.runs.start("block", eventOf("e1")));
      for (let turns = 0; (await statusOf(node, id)) !== "dead"; turns += 1) {
        assert.ok(turns < 200, `it is ${await statusOf(node, id)}`);
        await kernel.advance(20);
      }
      return id;
    };

    it("a run that was given up has ended, before that is written down too: it is not cancelled", async () => {
      const kernel = start();
      const node = new RespondNode(kernel);
      const id = await givenUp(kernel, node);
      assert.equal(await kernel.complete(node.runs.cancel(id)), false);
      assert.equal((await node.runs.get(id))?.state, "dead");
      await kernel.advance(30_000);
      assert.equal((await node.runs.get(id))?.state, "dead");
      await kernel.complete(kernel.system.stop());
    });
  });
});
