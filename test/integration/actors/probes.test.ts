import assert from "node:assert/strict";
import { scanStatus, storedFindings, subtaskQueue, type TemplateBatch } from "../../../src/actors/scan/index.ts";
import { StoreError, type ItemView } from "../../../src/store/index.ts";
import { onBothDispatchers, TestKernel } from "../../support/kernel.ts";
import { ScanNode, settings } from "../../support/scan-node.ts";

const subtask = async (node: ScanNode, at = 0): Promise<ItemView> => {
  const item = await node.space.queue.get(subtaskQueue, `a.00000${at}`);
  if (item === undefined) throw new Error(`no subtask ${at}`);
  return item;
};

/** The path of the probe that began the subtask last. */
const probeOf = (node: ScanNode, subtaskId: string): string => {
  const started = node.events.findLast((event) => event.type === "started" && event.subtaskId === subtaskId);
  if (started?.type !== "started") throw new Error(`${subtaskId} was not started`);
  return `/scan/probes/probe-${started.probe}`;
};

/** A probe pauses a little before it begins a new life. */
const restarted = (kernel: TestKernel): Promise<void> => kernel.advance(15);

const findingsOf = async (node: ScanNode): Promise<readonly unknown[]> => {
  const values: unknown[] = [];
  for await (const { value } of storedFindings(node.space, "a")) values.push(value);
  return values;
};

describe("the probes of a node", function () {
  this.timeout(5_000);

  onBothDispatchers((start) => {
    it("get work only when they are idle (SCAN-10)", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { subtasks: 5 });
      await node.begin();
      assert.equal(node.runs.length, 2);
      assert.equal((await node.space.queue.counts(subtaskQueue)).claimed, 2);
      await node.finish(0);
      assert.equal(node.runs.length, 3);
      assert.equal((await node.space.queue.counts(subtaskQueue)).claimed, 2);
      await kernel.complete(kernel.system.stop());
    });

    it("store what was found with the end of the work, and the scan is complete", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { subtasks: 2 });
      await node.begin();
      await node.finish(1, [{ n: 2 }]);
      await node.finish(0, [{ n: 1 }]);
      await kernel.advance(1_000);
      assert.deepEqual(await findingsOf(node), [{ n: 1 }, { n: 2 }]);
      const status = await scanStatus(node.space, "a");
      assert.equal(status?.status, "done");
      assert.equal(status.summary?.complete, true);
      assert.equal(status.summary.findings, 2);
      await kernel.complete(kernel.system.stop());
    });

    it("that fail give the work back with a failure counted, to be tried again later and later", async () => {
      const kernel = start();
      const node = new ScanNode(kernel);
      await node.begin();
      await node.fail(0, "broken");
      await restarted(kernel);
      const { status, failures, losses, lastError } = await subtask(node);
      assert.deepEqual(
        { status, failures, losses, lastError },
        { status: "delayed", failures: 1, losses: 0, lastError: "broken" },
      );
      await kernel.advance(180);
      assert.equal(node.runs.length, 1);
      await kernel.advance(30);
      assert.equal(node.runs.length, 2);
      await node.fail(1, "broken");
      await restarted(kernel);
      await kernel.advance(380);
      assert.equal(node.runs.length, 2);
      await kernel.advance(30);
      assert.equal(node.runs.length, 3);
      await node.finish(2);
      assert.equal((await subtask(node)).status, "done");
      await kernel.complete(kernel.system.stop());
    });

    it("that are killed lose the work, which is not to blame: it is tried again at once", async () => {
      const kernel = start();
      const node = new ScanNode(kernel);
      await node.begin();
      kernel.system.kill(probeOf(node, "a.000000"), "a test");
      await kernel.settle();
      assert.equal(node.run(0).signal.aborted, true);
      await kernel.advance(200);
      const { failures, losses } = await subtask(node);
      assert.deepEqual({ failures, losses }, { failures: 0, losses: 1 });
      assert.equal(node.runs.length, 2);
      await kernel.complete(kernel.system.stop());
    });

    it("give up on work that fails five times; the summary names it and is not complete", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { subtasks: 2 });
      await node.begin();
      await node.finish(1);
      for (let at = 0; at < 5; at += 1) {
        await node.fail(at === 0 ? 0 : at + 1, `broken ${at}`);
        await kernel.advance(4_000);
      }
      assert.equal((await subtask(node)).status, "dead");
      assert.equal(node.runs.length, 6);
      const summary = (await scanStatus(node.space, "a"))?.summary;
      assert.equal(summary?.complete, false);
      assert.deepEqual(summary.subtasks, { planned: 2, done: 1, failed: 0, cancelled: 0, dead: 1 });
      assert.deepEqual(summary.deadLetters, ["a.000000 (failures): broken 4; templates: t0"]);
      await kernel.complete(kernel.system.stop());
    });

    it("stop work whose claim was lost, and report nothing of it", async () => {
      const kernel = start();
      const node = new ScanNode(kernel);
      await node.begin();
      node.store = "down";
      await kernel.advance(settings.leaseMs + settings.leaseMs / 3);
      assert.equal(node.run(0).signal.aborted, true);
      const lost = node.events.flatMap((event) => (event.type === "claim-lost" ? [event.id] : []));
      assert.deepEqual(lost.toSorted(), ["a", "a.000000"]);
      await node.finish(0, [{ from: "the lost claim" }]);
      node.store = "up";
      await kernel.advance(2_000);
      assert.deepEqual(await findingsOf(node), []);
      assert.equal((await subtask(node)).losses, 1);
      await node.finish(1, [{ from: "the second claim" }]);
      await kernel.advance(1_000);
      assert.deepEqual(await findingsOf(node), [{ from: "the second claim" }]);
      await kernel.complete(kernel.system.stop());
    });

    it("store their result when a store that did not answer is back, however long ago the work began", async () => {
      const kernel = start();
      const node = new ScanNode(kernel);
      await node.begin();
      // Far beyond the deadline that came with the claim: heartbeats have moved it.
      await kernel.advance(settings.leaseMs * 4);
      node.store = "down";
      await node.finish(0, [{ n: 1 }]);
      await kernel.advance(settings.leaseMs / 3);
      node.store = "up";
      await kernel.advance(2_000);
      const { status, losses } = await subtask(node);
      assert.deepEqual({ status, losses }, { status: "done", losses: 0 });
      assert.deepEqual(await findingsOf(node), [{ n: 1 }]);
      assert.equal((await scanStatus(node.space, "a"))?.status, "done");
      await kernel.complete(kernel.system.stop());
    });

    it("are free again when the answer to an accepted end was lost: the work is not done twice", async () => {
      const kernel = start();
      const node = new ScanNode(kernel);
      await node.begin();
      node.store = "mute";
      await node.finish(0, [{ n: 1 }]);
      await kernel.advance(600);
      node.store = "up";
      await kernel.advance(2_000);
      assert.deepEqual(await findingsOf(node), [{ n: 1 }]);
      assert.equal(node.runs.length, 1);
      await node.begin("b");
      assert.equal(node.runs.length, 2);
      await kernel.complete(kernel.system.stop());
    });

    it("try again when the engine could not get its templates from the store: that is no failure of the work", async () => {
      const kernel = start();
      let down = true;
      const unanswered = new StoreError("deadline", "no answer", { retryable: true });
      const decompose = (): Promise<readonly TemplateBatch[]> =>
        down ? Promise.reject(unanswered) : Promise.resolve([{ templates: ["t"], requests: 1 }]);
      const node = new ScanNode(kernel, { decompose });
      await node.begin();
      await kernel.advance(2_000);
      assert.equal((await node.scans.get("a"))?.state, "running");
      down = false;
      await kernel.advance(300);
      node.run(0).failWith(unanswered);
      await kernel.advance(300);
      assert.equal(node.runs.length, 2);
      await node.finish(1);
      const { failures, losses, status } = await subtask(node);
      assert.deepEqual({ failures, losses, status }, { failures: 0, losses: 0, status: "done" });
      assert.equal((await scanStatus(node.space, "a"))?.status, "done");
      await kernel.complete(kernel.system.stop());
    });

    it("wait for a store that comes and goes with no more timers than for one that stays", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { subtasks: 1 });
      await node.begin();
      const idle = probeOf(node, "a.000000").endsWith("0") ? "/scan/probes/probe-1" : "/scan/probes/probe-0";
      const before = kernel.clock.pending;
      for (let episode = 0; episode < 10; episode += 1) {
        node.store = "down";
        kernel.system.kill(idle, "a test");
        await kernel.advance(130);
        node.store = "up";
        await kernel.advance(300);
      }
      assert.ok(kernel.clock.pending <= before + 2, `${kernel.clock.pending} timers, ${before} before`);
      await kernel.complete(kernel.system.stop());
    });

    it("run work alone that was lost three times: when nothing else runs, and nothing beside it", async () => {
      const kernel = start();
      const node = new ScanNode(kernel, { subtasks: 3 });
      await node.begin();
      const suspect = node.run(0).subtask.templates[0];
      const lastRunOf = (name = ""): number =>
        node.runs.findLastIndex(({ subtask: { templates } }) => templates[0] === name);
      for (let loss = 1; loss <= 3; loss += 1) {
        kernel.system.kill(probeOf(node, "a.000000"), "a test");
        await kernel.advance(200);
      }
      assert.equal((await subtask(node)).losses, 3);
      const runs = node.runs.length;
      const others = ["t1", "t2"].map(lastRunOf);
      assert.ok(
        others.every((at) => at >= 0),
        "the others were started meanwhile",
      );
      await kernel.advance(2_000);
      assert.equal(node.runs.length, runs, "it was started beside others");
      await node.finish(others[0] ?? 0);
      await kernel.advance(1_500);
      assert.equal(node.runs.length, runs, "it was started beside another");
      await node.finish(others[1] ?? 0);
      await kernel.advance(1_500);
      assert.equal(node.runs.length, runs + 1);
      assert.equal(node.run(runs).subtask.templates[0], suspect);
      await node.begin("b");
      assert.equal(node.runs.length, runs + 1, "another was started beside it");
      await node.finish(runs);
      await kernel.advance(1_500);
      assert.ok(node.runs.length > runs + 1);
      await kernel.complete(kernel.system.stop());
    });
  });

  it("that are killed before they got to their work do not begin it without a claim", async () => {
    const kernel = new TestKernel("seeded");
    const node = new ScanNode(kernel, { settings: { probes: 1 } });
    await node.submit("a");
    const claimed = async (): Promise<number> => (await node.space.queue.counts(subtaskQueue)).claimed;
    while ((await claimed()) === 0) {
      await kernel.step();
      if (kernel.clock.nextInMs !== undefined && node.events.length === 0) kernel.clock.advance(1);
    }
    assert.equal(node.runs.length, 0, "the probe was quicker than the test");
    kernel.system.kill("/scan/probes/probe-0", "a test");
    await kernel.advance(500);
    const live = node.runs.filter(({ signal }) => !signal.aborted);
    assert.equal(live.length, 1, `${live.length} of ${node.runs.length} runs are under way`);
    assert.equal((await subtask(node)).losses, 1);
    await kernel.complete(kernel.system.stop());
  });
});
