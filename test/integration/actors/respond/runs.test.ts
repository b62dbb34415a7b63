import assert from "node:assert/strict";
import { onBothDispatchers } from "../../../support/kernel.ts";
import { bindingOf, catalogOf, eventOf, RespondNode } from "./respond-node.ts";

describe("runs", () => {
  onBothDispatchers((start) => {
    it("an event starts the run of its playbook, whose steps and end are kept", async () => {
      const kernel = start();
      const node = new RespondNode(kernel);
      assert.deepEqual(await kernel.complete(node.events.accept([eventOf("e1")])), {
        results: [{ key: "fw1/e1", status: "accepted" }],
      });
      await kernel.settle();
      const event = await node.events.get("fw1/e1");
      assert.equal(event?.state, "matched");
      const id = event.runs[0]?.id ?? "";
      assert.equal((await node.runs.get(id))?.state, "running");

      const execution = node.runner.at(0);
      assert.equal(execution.work.event.data["host"], "e1");
      await kernel.complete(execution.start(1, "block", { input: { address: "10.0.0.1" } }));
      await kernel.complete(execution.end(1, { state: "done", output: "blocked" }));
      execution.log("all is well");
      execution.finish({ type: "done", output: { blocked: 1 } });
      await kernel.settle();
      const run = await node.runs.get(id);
      assert.deepEqual(
        [run?.state, run?.output, run?.steps, run?.executions, run?.node, run?.log.map(({ text }) => text)],
        ["done", { blocked: 1 }, { started: 1, done: 1, failed: 0 }, 1, "n1", ["all is well"]],
      );
      const { rows } = await node.runs.steps(id);
      assert.deepEqual(
        rows.map(({ name, state, input, output }) => ({ name, state, input, output })),
        [{ name: "block", state: "done", input: { address: "10.0.0.1" }, output: "blocked" }],
      );
      await kernel.complete(kernel.system.stop());
    });

    it("a run that is lost goes on from its journal; an idempotent step is executed again and no failure", async () => {
      const kernel = start();
      const node = new RespondNode(kernel);
      const { id } = await kernel.complete(node.runs.start("block", eventOf("e1")));
      await kernel.settle();
      const first = node.runner.at(0);
      await kernel.complete(first.start(1));
      await kernel.complete(first.end(1, { state: "done", output: "one" }));
      await kernel.complete(first.start(2, "look", { idempotent: true }));
      first.finish({ type: "lost", message: "killed" });
      await kernel.settle();

      const second = node.runner.at(1);
      assert.deepEqual(
        second.work.journal.map(({ n, end }) => [n, end?.order, end?.result.state]),
        [
          [1, 1, "done"],
          [2, undefined, undefined],
        ],
      );
      assert.equal(second.work.startedAtMs, first.work.startedAtMs);
      await kernel.complete(second.end(2));
      second.finish({ type: "done", output: null });
      await kernel.settle();
      const run = await node.runs.get(id);
      assert.deepEqual([run?.state, run?.executions], ["done", 2]);
      assert.deepEqual(
        (await node.runs.steps(id)).rows.map(({ executions }) => executions),
        [1, 2],
      );
      await kernel.complete(kernel.system.stop());
    });

    it("a lost step that must not be repeated is asked about; the answer lets the run go on", async () => {
      const kernel = start();
      const node = new RespondNode(kernel);
      const { id } = await kernel.complete(node.runs.start("block", eventOf("e1")));
      await kernel.settle();
      await kernel.complete(node.runner.at(0).start(1));
      await kernel.complete(node.runner.at(0).start(2));
      node.runner.at(0).finish({ type: "lost", message: "killed" });
      await kernel.settle();
      const waiting = await node.runs.get(id);
      assert.deepEqual([waiting?.state, waiting?.question?.steps], ["waiting", [1, 2]]);
      assert.equal(node.runner.executions.length, 1);
      assert.deepEqual(
        (await node.runs.steps(id)).rows.map(({ state }) => state),
        ["unknown", "unknown"],
      );
      await assert.rejects(node.runs.answer(id, [{ step: 3, outcome: "repeat" }]), { code: "invalid" });

      const partly = await kernel.complete(node.runs.answer(id, [{ step: 2, outcome: "done", output: "by hand" }]));
      assert.deepEqual([partly.state, partly.question?.steps], ["waiting", [1]]);
      await kernel.complete(node.runs.answer(id, [{ step: 1, outcome: "repeat" }]));
      await assert.rejects(node.runs.answer(id, [{ step: 1, outcome: "repeat" }]), { code: "no-question" });
      await kernel.settle();
      const second = node.runner.at(1);
      assert.deepEqual(
        second.work.journal.map(({ end }) => end?.result),
        [undefined, { state: "done", output: "by hand" }],
      );
      await kernel.complete(second.end(1));
      second.finish({ type: "done", output: null });
      await kernel.settle();
      const run = await node.runs.get(id);
      assert.deepEqual(
        [run?.state, run?.question, run?.steps],
        ["done", undefined, { started: 2, done: 2, failed: 0 }],
      );
      await kernel.complete(kernel.system.stop());
    });

    it("a run whose actor is restarted by hand asks about a step that must not be repeated", async () => {
      const kernel = start();
      const node = new RespondNode(kernel);
      const { id } = await kernel.complete(node.runs.start("block", eventOf("e1")));
      await kernel.settle();
      await kernel.complete(node.runner.at(0).start(1));
      const [path = ""] = JSON.stringify(kernel.system.tree()).match(/\/respond\/runs\/run-[^"]+/) ?? [];
      assert.equal(kernel.system.restart(path), true);
      await kernel.settle();
      await kernel.advance(1_000);
      const run = await node.runs.get(id);
      assert.deepEqual([run?.state, run?.question?.steps], ["waiting", [1]]);
      assert.equal(node.runner.executions.length, 1);
      await kernel.complete(kernel.system.stop());
    });

    it("a cancelled run has no process after a second, and nothing it does is kept", async () => {
      const kernel = start();
      const node = new RespondNode(kernel);
      const { id } = await kernel.complete(node.runs.start("block", eventOf("e1")));
      await kernel.settle();
      const execution = node.runner.at(0);
      await kernel.complete(execution.start(1));
      assert.equal(await kernel.complete(node.runs.cancel(id)), true);
      assert.equal(await kernel.complete(node.runs.cancel(id)), false);
      const late = execution.end(1);
      await Promise.all([assert.rejects(late), kernel.advance(1_000)]);
      assert.equal(execution.cancelled, true);
      const run = await node.runs.get(id);
      assert.deepEqual([run?.state, run?.steps.done], ["cancelled", 0]);
      await kernel.complete(kernel.system.stop());
    });

    it("no more runs are begun than there are processes; the others follow in the order of their priorities", async () => {
      const kernel = start();
      const catalog = catalogOf([
        bindingOf("later", ["slow"], { priority: 200 }),
        bindingOf("sooner", ["fast"], { priority: 1 }),
      ]);
      const node = new RespondNode(kernel, { processes: 1, catalog });
      await kernel.complete(
        node.events.accept([
          eventOf("a", { kind: "later" }),
          eventOf("b", { kind: "later" }),
          eventOf("c", { kind: "sooner" }),
        ]),
      );
      await kernel.settle();
      for (const [at, playbook] of ["fast", "slow", "slow"].entries()) {
        assert.equal(node.runner.executions.length, at + 1);
        assert.equal(node.runner.at(at).work.playbook.id, playbook);
        node.runner.at(at).finish({ type: "done", output: null });
        await kernel.advance(1_000);
      }
      assert.deepEqual((await node.runs.list({ states: ["done"] })).rows.length, 3);
      await kernel.complete(kernel.system.stop());
    });

    it("what a process must not tell fails its run; another one is executed as before", async () => {
      const kernel = start();
      const node = new RespondNode(kernel);
      const { id } = await kernel.complete(node.runs.start("block", eventOf("e1")));
      await kernel.settle();
      const execution = node.runner.at(0);
      await assert.rejects(execution.start(7));
      execution.finish({ type: "lost", message: "what it told could not be kept" });
      await kernel.settle();
      const run = await node.runs.get(id);
      assert.deepEqual([run?.state, run?.failure?.reason], ["failed", "protocol"]);
      await kernel.complete(kernel.system.stop());
    });

    it("a run that is lost again and again is given up and shown as dead, and can be retried", async () => {
      const kernel = start();
      const node = new RespondNode(kernel);
      node.runner.began = (execution) => execution.finish({ type: "lost", message: "killed by the kernel" });
      const { id } = await kernel.complete(node.runs.start("block", eventOf("e1")));
      await kernel.advance(30_000);
      const run = await node.runs.get(id);
      assert.deepEqual([run?.state, run?.failure?.reason, run?.executions], ["dead", "lost", 20]);
      node.runner.began = () => undefined;
      const retry = await kernel.complete(node.runs.retry(id));
      assert.deepEqual(await kernel.complete(node.runs.retry(id)), { id: retry.id, known: true });
      await kernel.settle();
      node.runner.at(20).finish({ type: "skipped", filter: "ours" });
      await kernel.settle();
      const again = await node.runs.get(retry.id);
      assert.deepEqual([again?.state, again?.filter, again?.retryOf], ["skipped", "ours", id]);
      assert.equal((await node.runs.get(id))?.state, "dead");
      await kernel.complete(kernel.system.stop());
    });

    it("a store that does not answer holds a run up, and no longer", async () => {
      const kernel = start();
      const node = new RespondNode(kernel);
      const { id } = await kernel.complete(node.runs.start("block", eventOf("e1")));
      await kernel.settle();
      const execution = node.runner.at(0);
      node.store = "mute";
      const started = execution.start(1);
      await kernel.advance(1_000);
      node.store = "up";
      await kernel.complete(started);
      node.store = "down";
      const ended = execution.end(1);
      await kernel.advance(1_000);
      node.store = "up";
      await kernel.complete(ended);
      execution.finish({ type: "failed", reason: "threw", message: "onFinish" });
      await kernel.settle();
      const run = await node.runs.get(id);
      assert.deepEqual([run?.state, run?.steps], ["failed", { started: 1, done: 1, failed: 0 }]);
      await kernel.complete(kernel.system.stop());
    });

    it("when the node stops, its processes end before its claims are given back", async () => {
      const kernel = start();
      const node = new RespondNode(kernel);
      const { id } = await kernel.complete(node.runs.start("block", eventOf("e1")));
      await kernel.settle();
      await kernel.complete(kernel.system.stop());
      assert.equal(node.runner.at(0).cancelled, true);
      assert.equal((await node.runs.get(id))?.state, "queued");
      assert.equal((await node.space.queue.get("runs", id))?.losses, 0);
    });
  });
});
