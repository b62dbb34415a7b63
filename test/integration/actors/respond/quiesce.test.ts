import assert from "node:assert/strict";
import { onBothDispatchers, type TestKernel } from "../../../support/kernel.ts";
import { eventOf, RespondNode } from "./respond-node.ts";

describe("the ordered end of a node with runs", () => {
  onBothDispatchers((start) => {
    const begun = async (kernel: TestKernel, node: RespondNode, event = "e1"): Promise<string> => {
      const { id } = await kernel.complete(node.runs.start("block", eventOf(event)));
      await kernel.settle();
      return id;
    };

    it("steps under way end and are kept; another node goes on from the journal, and nobody is asked", async () => {
      const kernel = start();
      const node = new RespondNode(kernel);
      const id = await begun(kernel, node);
      const execution = node.runner.at(0);
      await kernel.complete(execution.start(1));
      let quiesced = false;
      const done = node.quiesce().then(() => (quiesced = true));
      await kernel.advance(2_000);
      assert.deepEqual([execution.quiescing, execution.cancelled, quiesced], [true, false, false]);

      await kernel.complete(execution.end(1, { state: "done", output: "blocked" }));
      execution.log("blocked it");
      execution.finish({ type: "quiesced" });
      await kernel.complete(done);
      assert.deepEqual(
        node.told("returned").map(({ runId }) => runId),
        [id],
      );
      const item = await node.space.queue.get("runs", id);
      assert.deepEqual([item?.status, item?.losses, item?.failures], ["waiting", 0, 0]);
      assert.equal((await node.runs.get(id))?.state, "queued");

      const other = new RespondNode(kernel, { database: node.database, name: "n2" });
      await kernel.advance(1_000);
      assert.equal(node.runner.executions.length, 1, "the node that ends claimed it again");
      const second = other.runner.at(0);
      assert.deepEqual(
        second.work.journal.map(({ end }) => end?.result),
        [{ state: "done", output: "blocked" }],
      );
      second.finish({ type: "done", output: null });
      await kernel.settle();
      const run = await other.runs.get(id);
      assert.deepEqual(
        [run?.state, run?.node, run?.executions, run?.log.map(({ text }) => text)],
        ["done", "n2", 2, ["blocked it"]],
      );
      await kernel.complete(kernel.system.stop());
    });

    it("no event and no run is claimed any more, also none that waited for a process", async () => {
      const kernel = start();
      const node = new RespondNode(kernel, { processes: 1 });
      const first = await begun(kernel, node, "e1");
      const second = await begun(kernel, node, "e2");
      const done = node.quiesce();
      await kernel.settle();
      await kernel.complete(node.events.accept([eventOf("e3")]));
      node.runner.at(0).finish({ type: "done", output: "in time" });
      await kernel.complete(done);
      await kernel.advance(5_000);
      assert.equal(node.runner.executions.length, 1);
      assert.equal((await node.runs.get(first))?.state, "done");
      assert.equal((await node.runs.get(second))?.state, "queued");
      assert.equal((await node.events.get("fw1/e3"))?.state, "waiting");
      await kernel.complete(kernel.system.stop());
    });

    it("a node without runs is at rest at once", async () => {
      const kernel = start();
      const node = new RespondNode(kernel);
      await kernel.settle();
      const beforeMs = kernel.clock.monotonicMs();
      await kernel.complete(node.quiesce());
      assert.equal(kernel.clock.monotonicMs(), beforeMs);
      await kernel.complete(kernel.system.stop());
    });

    it("a run that can still be cancelled is; what lasts longer than it may is ended and asked about", async () => {
      const kernel = start();
      const node = new RespondNode(kernel);
      const cancelled = await begun(kernel, node, "e1");
      const slow = await begun(kernel, node, "e2");
      for (const execution of node.runner.executions) await kernel.complete(execution.start(1));
      const tooLong = assert.rejects(node.quiesce(10_000), { code: "ask-timeout" });
      await kernel.settle();
      assert.equal(await kernel.complete(node.runs.cancel(cancelled)), true);
      await kernel.advance(1_000);
      assert.deepEqual(
        node.runner.executions.map((execution) => execution.cancelled),
        [true, false],
      );
      await Promise.all([tooLong, kernel.advance(10_000)]);
      await kernel.complete(kernel.system.stopActor(node.respond));
      assert.equal(node.runner.at(1).cancelled, true);
      assert.equal((await node.space.queue.get("runs", slow))?.status, "waiting");

      const other = new RespondNode(kernel, { database: node.database, name: "n2" });
      await kernel.advance(1_000);
      const run = await other.runs.get(slow);
      assert.deepEqual([run?.state, run?.question?.steps], ["waiting", [1]]);
      await kernel.complete(kernel.system.stop());
    });

    it("a run that nothing is known of yet is given back as it was", async () => {
      const kernel = start();
      const node = new RespondNode(kernel);
      const { id } = await kernel.complete(node.runs.start("block", eventOf("e1")));
      await kernel.settle();
      node.runner.at(0).finish({ type: "lost", message: "killed" });
      // It is claimed again, and what there is to do cannot be read.
      const seen = node.space.queue;
      for (let turns = 0; (await seen.get("runs", id))?.claims !== 2 && turns < 1_000; turns += 1) await kernel.step();
      node.store = "down";
      const done = node.quiesce();
      await kernel.step();
      await kernel.advance(100);
      node.store = "up";
      await kernel.complete(done);
      const item = await seen.get("runs", id);
      assert.deepEqual([item?.status, item?.losses], ["waiting", 1]);
      await kernel.complete(kernel.system.stop());
    });
  });
});
