import assert from "node:assert/strict";
import { subtaskQueue, type ScanView } from "../../../src/actors/scan/index.ts";
import { retryLimits, type Space } from "../../../src/store/index.ts";
import { onBothDispatchers, type TestKernel } from "../../support/kernel.ts";
import { ScanNode, settings, type ScriptedRun } from "../../support/scan-node.ts";

const viewOf = async (node: ScanNode): Promise<ScanView> => {
  const view = await node.scans.get("a");
  if (view === undefined) throw new Error("there is no scan");
  return view;
};

/** Ends every run that has not been looked at: work with this template fails, other work is done. */
const workThrough = (node: ScanNode, guilty: string): void => {
  for (const run of node.runs.filter((candidate) => !worked.has(candidate))) {
    worked.add(run);
    if (run.subtask.templates.includes(guilty)) run.fail("it cannot be done");
    else run.finish(run.subtask.templates.map((template) => ({ template })));
  }
};
const worked = new WeakSet<ScriptedRun>();

/** Loses the claim of whoever holds the item, as when its process dies. */
const lose = async (space: Space, queue: string, id: string, leaseMs: number, kernel: TestKernel): Promise<void> => {
  const { claims } = await space.queue.claim({ queue, owner: "doomed", slots: 1, leaseMs, holding: 0, ids: [id] });
  assert.equal(claims.length, 1, `${id} could not be claimed`);
  await kernel.advance(leaseMs + 1);
};

describe("work that crashes whatever runs it", function () {
  this.timeout(5_000);

  onBothDispatchers((start) => {
    it("is cut into its templates, so that only the guilty one is given up, and named", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { subtasks: 1, templates: 3 });
      await node.begin();
      for (let tries = 0; tries < 20; tries += 1) {
        workThrough(node, "t0-1");
        await kernel.advance(4_000);
      }
      const view = await viewOf(node);
      assert.equal(view.state, "done");
      assert.deepEqual(view.subtasks, { planned: 4, done: 3, failed: 0, cancelled: 0, dead: 1 });
      assert.deepEqual(view.summary?.deadLetters, ["a.000000.001 (failures): it cannot be done; templates: t0-1"]);
      assert.equal(view.summary.complete, false);
      const { rows } = await node.scans.findings("a");
      assert.deepEqual(rows, [{ template: "t0-0" }, { template: "t0-2" }]);
      const parts = node.runs.filter(({ subtask }) => subtask.templates.length === 1);
      assert.deepEqual(new Set(parts.map(({ subtask }) => subtask.requests)), new Set([1]));
      await kernel.complete(kernel.system.stop());
    });

    it("is cut without being run when it was lost so often that it has to run alone", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { subtasks: 1, templates: 2, settings: { probes: 1 } });
      await node.submit("blocker");
      await kernel.advance(100);
      assert.equal(node.runs.length, 1, "the only probe is busy");
      await node.submit("a");
      await kernel.advance(100);
      for (let loss = 0; loss < retryLimits.aloneAfterLosses; loss += 1) {
        await lose(node.space, subtaskQueue, "a.000000", 500, kernel);
      }
      await node.finish(0);
      await kernel.advance(2_000);
      assert.ok(node.runs.every(({ subtask }) => subtask.taskId !== "a" || subtask.templates.length === 1));
      for (let at = 1; at < 3; at += 1) {
        await node.finish(at);
        await kernel.advance(1_000);
      }
      assert.deepEqual((await viewOf(node)).subtasks, { planned: 3, done: 3, failed: 0, cancelled: 0, dead: 0 });
      await kernel.complete(kernel.system.stop());
    });

    it("is not run alone before the store knows that the scans of this node merely wait", async () => {
      const kernel = start();
      let planned: () => void = () => undefined;
      const slow = new Promise<void>((resolve) => (planned = resolve));
      const node = new ScanNode(kernel, {
        settings: { probes: 1 },
        decompose: async ({ target }) => {
          if (target.includes("slow")) await slow;
          return [{ templates: [`t-${new URL(target).hostname}`], requests: 1 }];
        },
      });
      await node.submit("blocker");
      await kernel.advance(100);
      await node.submit("a");
      await kernel.advance(100);
      for (let loss = 0; loss < retryLimits.aloneAfterLosses; loss += 1) {
        await lose(node.space, subtaskQueue, "a.000000", 500, kernel);
      }
      await node.submit("slow");
      await kernel.advance(100);
      assert.equal(node.begun.at(-1)?.target, "http://slow.test/");
      await node.finish(0);
      await kernel.advance(2_000);
      assert.equal(node.runs.length, 1, "it was begun although a scan was still being planned");
      planned();
      await kernel.advance(1_500);
      const started = node.runs.slice(1).map(({ subtask }) => subtask.taskId);
      assert.ok(started.includes("a"), JSON.stringify(started));
      await kernel.complete(kernel.system.stop());
    });

    it("a scan that was lost so often that it would run alone hands that claim back: its own subtasks have to run", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { settings: { maxTasksInProcess: 1 } });
      await node.begin("blocker");
      await node.submit("a");
      for (let loss = 0; loss < retryLimits.aloneAfterLosses; loss += 1) {
        await lose(node.space, "tasks", "a", 500, kernel);
      }
      await node.finish(0);
      await kernel.advance(settings.leaseMs);
      assert.equal(node.runs.length, 2);
      await node.finish(1);
      assert.equal((await viewOf(node)).state, "done");
      await kernel.complete(kernel.system.stop());
    });
  });
});
