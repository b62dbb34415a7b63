import assert from "node:assert/strict";
import { scanStatus, subtaskQueue, taskQueue } from "../../../src/actors/scan/index.ts";
import { retryLimits } from "../../../src/store/index.ts";
import { onBothDispatchers, type TestKernel } from "../../support/kernel.ts";
import { ScanNode } from "../../support/scan-node.ts";

/** The task actor that is there, by its path. */
const taskPath = (kernel: TestKernel): string => {
  const paths: string[] = [];
  const walk = (view: ReturnType<typeof kernel.system.tree>): void => {
    paths.push(view.path);
    view.children.forEach(walk);
  };
  walk(kernel.system.tree());
  const path = paths.find((candidate) => candidate.startsWith("/scan/scheduler/task-"));
  if (path === undefined) throw new Error(`no task actor among ${paths.join(" ")}`);
  return path;
};

describe("the scheduler and the tasks of scans", function () {
  this.timeout(5_000);

  onBothDispatchers((start) => {
    it("extracts scans in the order of their submission, one at an interval (SCAN-5)", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { settings: { extractIntervalMs: 100 } });
      for (const id of ["c", "a", "b"]) await node.submit(id);
      await kernel.advance(1_000);
      assert.deepEqual(
        node.begun.map(({ target }) => target),
        ["http://c.test/", "http://a.test/", "http://b.test/"],
      );
      const [first = 0, second = 0, third = 0] = node.begun.map(({ atMs }) => atMs);
      assert.ok(second - first >= 100 && third - second >= 100, JSON.stringify(node.begun));
      await kernel.complete(kernel.system.stop());
    });

    it("never has more scans in process than the limit; an end makes room for the next (SCAN-6)", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { settings: { maxTasksInProcess: 2, probes: 8 } });
      for (const id of ["a", "b", "c", "d"]) await node.submit(id);
      await kernel.advance(3_000);
      assert.equal(node.begun.length, 2);
      assert.equal((await node.space.queue.counts(taskQueue)).claimed, 2);
      await node.finish(0);
      await kernel.advance(1_500);
      assert.equal(node.begun.length, 3);
      assert.equal((await node.space.queue.counts(taskQueue)).claimed, 2);
      await kernel.complete(kernel.system.stop());
    });

    it("makes room when a scan fails, too", async () => {
      const kernel = start();
      const decompose = ({ target }: { readonly target: string }): Promise<never> =>
        Promise.reject(new Error(`cannot cut ${target}`));
      const node = new ScanNode(kernel, { settings: { maxTasksInProcess: 1 }, decompose });
      await node.submit("a");
      await node.submit("b");
      await kernel.advance(20_000);
      for (const id of ["a", "b"]) {
        const status = await scanStatus(node.space, id);
        assert.equal(status?.status, "dead");
        assert.equal(status.lastError, `cannot cut http://${id}.test/`);
      }
      assert.equal(node.begun.length, 10, "five tries each");
      await kernel.complete(kernel.system.stop());
    });

    it("counts a killed task as a loss and goes on from its checkpoint: no subtask is planned twice (SCAN-15)", async () => {
      const kernel = start();
      const subtasks = 2_500;
      const node = new ScanNode(kernel, { subtasks });
      await node.submit("a");
      const planned = async (): Promise<number> => (await node.space.groups.get("a"))?.planned ?? 0;
      while ((await planned()) === 0) await kernel.step();
      const before = await planned();
      assert.ok(before < subtasks, "it was killed too late to prove anything");
      kernel.system.kill(taskPath(kernel), "a test");
      await kernel.advance(2_000);
      assert.equal(await planned(), subtasks);
      const { waiting, claimed } = await node.space.queue.counts(subtaskQueue);
      assert.equal(waiting + claimed, subtasks);
      assert.equal((await node.space.queue.get(taskQueue, "a"))?.claims, 2);
      assert.equal((await node.space.groups.get("a"))?.sealed, true);
      await kernel.complete(kernel.system.stop());
    });

    it("blames no scan that only waits for its subtasks, however often what holds it dies", async () => {
      const kernel = start();
      const node = new ScanNode(kernel);
      await node.begin();
      for (let death = 0; death < 2 * retryLimits.losses; death += 1) {
        kernel.system.kill(taskPath(kernel), "a test");
        await kernel.advance(2_000);
      }
      const item = await node.space.queue.get(taskQueue, "a");
      assert.equal(item?.status, "claimed");
      assert.equal(item.claims, 2 * retryLimits.losses + 1);
      await node.finish(0);
      await kernel.advance(2_000);
      assert.equal((await scanStatus(node.space, "a"))?.summary?.complete, true);
      await kernel.complete(kernel.system.stop());
    });

    it("gives up on a scan that always fails at its end, with the reason", async () => {
      const kernel = start();
      const node = new ScanNode(kernel);
      await node.begin();
      await node.space.commit(undefined, [{ type: "put", key: "report/a/alien", value: { from: "another version" } }]);
      await node.finish(0);
      await kernel.advance(60_000);
      const item = await node.space.queue.get(taskQueue, "a");
      assert.equal(item?.status, "dead");
      assert.equal(item.claims, 5);
      assert.match(item.lastError ?? "", /requests/);
      await kernel.complete(kernel.system.stop());
    });

    it("gives back what it holds at an ordered stop, and nobody has to wait for the lease", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { subtasks: 3 });
      await node.begin();
      const stopped = kernel.system.stop();
      await kernel.complete(stopped, 1_000);
      for (const [queue, id] of [
        [taskQueue, "a"],
        [subtaskQueue, "a.000000"],
      ] as const) {
        const item = await node.space.queue.get(queue, id);
        assert.deepEqual(
          { status: item?.status, failures: item?.failures, losses: item?.losses },
          { status: "waiting", failures: 0, losses: 0 },
        );
      }
      assert.ok(node.runs.every(({ signal }) => signal.aborted));
    });
  });
});
