import assert from "node:assert/strict";
import { subtaskQueue, taskQueue, type ScanView } from "../../../src/actors/scan/index.ts";
import { StoreError } from "../../../src/store/index.ts";
import { onBothDispatchers } from "../../support/kernel.ts";
import { ScanNode, settings } from "../../support/scan-node.ts";

const viewOf = async (node: ScanNode, id = "a"): Promise<ScanView> => {
  const view = await node.scans.get(id);
  if (view === undefined) throw new Error(`there is no scan ${id}`);
  return view;
};

/** A task looks at its scan this often. */
const lookMs = 250;

describe("pausing, resuming and cancelling scans that run (SCAN-18)", function () {
  this.timeout(5_000);

  onBothDispatchers((start) => {
    it("a paused scan gives its place to the next one, lets what is under way end, and goes on where it was", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { settings: { maxTasksInProcess: 1 }, subtasks: 4 });
      await node.begin("a");
      await node.submit("b");
      await node.scans.pause("a");
      await kernel.advance(lookMs + 20);
      assert.equal((await viewOf(node, "a")).state, "paused");
      assert.equal((await viewOf(node, "b")).state, "running");
      assert.equal((await node.space.queue.counts(taskQueue)).claimed, 1);
      await node.finish(0, [{ n: 0 }]);
      await node.finish(1, [{ n: 1 }]);
      await kernel.advance(1_000);
      const targets = node.runs.slice(2).map(({ subtask }) => subtask.taskId);
      assert.deepEqual(targets, ["b", "b"], "probes work for the other scan only");
      const before = await viewOf(node, "a");
      assert.deepEqual([before.subtasks.done, before.findings, before.endedRequests], [2, 2, 2]);

      for (const at of [2, 3, 4, 5]) await node.finish(at);
      await kernel.advance(lookMs);
      assert.equal((await viewOf(node, "b")).state, "done");
      await kernel.advance(5_000);
      assert.equal((await viewOf(node, "a")).state, "paused");
      await node.scans.resume("a");
      await kernel.advance(1_100);
      assert.equal(node.runs.length, 8);
      for (const at of [6, 7]) await node.finish(at);
      const after = await viewOf(node, "a");
      assert.equal(after.state, "done");
      assert.equal(after.subtasks.done, 4);
      assert.equal(
        after.extraction,
        before.extraction,
        "its place in the order of extraction is that of the first time",
      );
      assert.equal((await node.space.queue.get(taskQueue, "a"))?.losses, 0);
      await kernel.complete(kernel.system.stop());
    });

    it("a scan that is paused while its templates cannot be had gives its place back, and goes on when they can", async () => {
      const kernel = start();
      const gone = new StoreError("deadline", "no answer", { retryable: true });
      let there = false;
      const plan = { templates: ["t0"], requests: 1 };
      const node = new ScanNode(kernel, {
        settings: { maxTasksInProcess: 1 },
        decompose: () => (there ? Promise.resolve([plan]) : Promise.reject(gone)),
      });
      await node.begin("a");
      await node.submit("b");
      await node.scans.pause("a");
      await kernel.advance(lookMs + 20);
      assert.equal((await viewOf(node, "a")).state, "paused");
      assert.equal((await node.space.queue.get(taskQueue, "a"))?.status, "held");
      there = true;
      await kernel.advance(1_100);
      await node.finish(0);
      await kernel.advance(lookMs);
      assert.equal((await viewOf(node, "b")).state, "done");
      await node.scans.resume("a");
      await kernel.advance(1_100);
      await node.finish(1);
      await kernel.advance(lookMs);
      assert.equal((await viewOf(node, "a")).state, "done");
      await kernel.complete(kernel.system.stop());
    });

    it("a paused scan whose last subtasks ended so long ago that the store has forgotten their group ends when it is resumed", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { settings: { maxTasksInProcess: 1 }, subtasks: 2 });
      await node.begin("a");
      await node.scans.pause("a");
      await kernel.advance(lookMs + 20);
      await node.finish(0, [{ n: 0 }]);
      await node.finish(1, [{ n: 1 }]);
      kernel.clock.advance(25 * 3_600_000);
      await kernel.advance(2_000);
      assert.equal(await node.space.groups.get("a"), undefined);
      await node.scans.resume("a");
      await kernel.advance(1_100 + 2 * lookMs);
      const { state, summary, subtasks } = await viewOf(node, "a");
      assert.equal(state, "done");
      assert.deepEqual([summary?.complete, summary?.findings], [true, 2]);
      assert.deepEqual(subtasks, { planned: 2, done: 2, failed: 0, cancelled: 0, dead: 0 });
      await kernel.complete(kernel.system.stop());
    });

    it("a scan that was paused before it was taken up is taken up only when it is resumed", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { subtasks: 2 });
      const paused = node.submit("a").then(() => node.scans.pause("a"));
      await kernel.complete(paused);
      await kernel.advance(10_000);
      assert.equal((await viewOf(node)).startedAtMs, undefined);
      await node.scans.resume("a");
      await kernel.advance(1_100);
      assert.equal(node.runs.length, 2);
      await kernel.complete(kernel.system.stop());
    });

    it("whoever holds the task completes a pause or a resume that was interrupted in between", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { subtasks: 4 });
      await node.begin("a");
      await node.space.groups.hold("a.scan");
      await kernel.advance(lookMs);
      assert.equal((await node.space.groups.get("a"))?.held, true);
      assert.equal((await node.space.queue.get(taskQueue, "a"))?.status, "held");
      await node.space.groups.resume("a.scan");
      await kernel.advance(1_100 + lookMs);
      assert.equal((await node.space.groups.get("a"))?.held, false);
      await node.finish(0);
      assert.equal(node.runs.length, 3);
      await kernel.complete(kernel.system.stop());
    });

    it("a cancelled scan has no effect from then on, stops within a heartbeat, and frees its place", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { settings: { maxTasksInProcess: 1 }, subtasks: 3 });
      await node.begin("a");
      await node.submit("b");
      await node.finish(0, [{ n: 0 }]);
      assert.equal(await node.scans.cancel("a"), true);
      assert.equal((await node.space.queue.counts(subtaskQueue)).waiting, 0);
      await node.finish(1, [{ n: 1 }]);
      await kernel.advance(settings.leaseMs / 3 + 50);
      assert.equal(node.run(2).signal.aborted, true);
      const view = await viewOf(node, "a");
      assert.deepEqual(
        [view.state, view.findings, view.subtasks.done, view.subtasks.cancelled],
        ["cancelled", 1, 1, 2],
      );
      assert.deepEqual((await node.scans.findings("a")).rows, [{ n: 0 }]);
      await kernel.advance(1_000);
      assert.equal((await viewOf(node, "b")).state, "running");
      await kernel.complete(kernel.system.stop());
    });

    it("scans with a lower number go first", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { settings: { maxTasksInProcess: 2 }, subtasks: 3 });
      for (const [id, priority] of [
        ["low", 200],
        ["plain", 100],
        ["high", 1],
      ] as const) {
        await node.submit(id, priority);
      }
      await kernel.advance(1_000);
      assert.deepEqual(
        node.begun.map(({ target }) => target),
        ["http://high.test/", "http://plain.test/"],
      );
      await kernel.complete(kernel.system.stop());
    });

    it("subtasks of a scan with a lower number go before those that waited", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { subtasks: 3 });
      await node.begin("plain");
      await node.submit("high", 1);
      await kernel.advance(1_000);
      for (let at = 0; at < 4; at += 1) await node.finish(at);
      const order = node.runs.map(({ subtask }) => subtask.taskId);
      assert.deepEqual(order, ["plain", "plain", "high", "high", "high", "plain"]);
      await kernel.complete(kernel.system.stop());
    });

    it("the end of the last subtask on a node is the end of its scan, without waiting for the next look", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { subtasks: 2 });
      await node.begin("a");
      await node.finish(0);
      await node.finish(1);
      const view = await viewOf(node);
      assert.equal(view.state, "done");
      assert.deepEqual([view.plannedRequests, view.endedRequests], [2, 2]);
      assert.equal(view.endedAtMs, kernel.clock.wallMs());
      await kernel.complete(kernel.system.stop());
    });
  });
});
