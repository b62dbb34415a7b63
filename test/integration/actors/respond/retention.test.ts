import assert from "node:assert/strict";
import { PlaybookCode } from "../../../../src/actors/respond/records/playbook-code.ts";
import { TestKernel } from "../../../support/kernel.ts";
import { bindingOf, catalogOf, eventOf, playbookOf, RespondNode, settings } from "./respond-node.ts";

const keysOf = async (node: RespondNode): Promise<readonly string[]> =>
  (await node.space.records.list("")).rows.map(({ key }) => key);

describe("what respond keeps", () => {
  const retainMs = 60_000;

  it("forgets runs that ended long ago with all that they left, and events; not what has not ended", async () => {
    const kernel = new TestKernel("nact");
    const node = new RespondNode(kernel, { settings: { retainMs } });
    await kernel.complete(node.events.accept([eventOf("ends"), eventOf("waits")]));
    await kernel.settle();
    const [ends, waits] = [node.runner.at(0), node.runner.at(1)];
    for (const execution of [ends, waits]) {
      execution.log("begun");
      await kernel.complete(execution.start(1));
    }
    await kernel.complete(ends.end(1));
    ends.finish({ type: "done", output: null });
    waits.finish({ type: "lost", message: "killed" });
    await kernel.advance(retainMs / 2);
    assert.equal((await node.runs.list()).rows.length, 2);
    await kernel.advance(4 * retainMs);

    const { rows } = await node.runs.list();
    assert.deepEqual(
      rows.map(({ id, state }) => [id, state]),
      [[waits.work.runId, "waiting"]],
    );
    assert.deepEqual(
      (await keysOf(node)).filter((key) => key.includes(ends.work.runId)),
      [],
    );
    assert.deepEqual((await node.events.list()).rows, []);
    // Its code is kept for as long as it waits, though no catalog has it any more.
    const code = new PlaybookCode(node.space, kernel.clock, retainMs);
    assert.deepEqual(await code.get(waits.work.playbook.version), playbookOf("block"));
    await kernel.complete(node.runs.answer(waits.work.runId, [{ step: 1, outcome: "done", output: "by hand" }]));
    await kernel.settle();
    assert.equal(node.runner.at(2).work.event.id, "waits");
    await kernel.complete(kernel.system.stop());
  });

  it("writes down which runs were given up, and completes a cancellation that was interrupted", async () => {
    const kernel = new TestKernel("nact");
    const node = new RespondNode(kernel, { processes: 2 });
    node.runner.began = (execution) => {
      if (execution.work.event.id === "dies") execution.finish({ type: "lost", message: "killed" });
    };
    const dies = await kernel.complete(node.runs.start("block", eventOf("dies")));
    const stays = await kernel.complete(node.runs.start("block", eventOf("stays")));
    await kernel.settle();
    // As far as somebody came who then was killed.
    await node.space.commit(undefined, [{ type: "put", key: `run-cancelling/${stays.id}`, value: null }]);
    await node.space.queue.cancel("runs", [stays.id]);
    await kernel.advance(30_000);
    const recorded = await Promise.all([dies, stays].map(({ id }) => node.space.records.get(`run/${id}`)));
    assert.deepEqual(
      recorded.map((record) => (record?.value as { state: string }).state),
      ["dead", "cancelled"],
    );
    assert.deepEqual(
      (await keysOf(node)).filter((key) => key.startsWith("run-cancelling/")),
      [],
    );
    assert.equal((await keysOf(node)).filter((key) => key.startsWith("run-end/")).length, 2);

    // Replayed by a person, it stays what it is: an end is never overwritten.
    await node.space.queue.replay("runs", [dies.id]);
    await kernel.advance(2_000);
    assert.equal((await node.runs.get(dies.id))?.state, "dead");
    assert.equal((await node.space.queue.get("runs", dies.id))?.status, "done");
    await kernel.complete(kernel.system.stop());
  });

  it("an event that was given up is recorded so, and decided on when it is replayed", async () => {
    const kernel = new TestKernel("nact");
    let fails = true;
    const catalog = catalogOf([bindingOf("network-attack", ["block"])], () => {
      if (fails) throw new Error("not yet");
      return true;
    });
    const node = new RespondNode(kernel, { catalog });
    await kernel.complete(node.events.accept([eventOf("a")]));
    await kernel.advance(60_000);
    assert.equal((await node.events.get("fw1/a"))?.state, "dead");
    fails = false;
    await node.space.queue.replay("events", ["fw1/a"]);
    await kernel.advance(2_000);
    const event = await node.events.get("fw1/a");
    assert.deepEqual([event?.state, event?.runs.length, node.runner.executions.length], ["matched", 1, 1]);
    await kernel.complete(kernel.system.stop());
  });

  it("code that was changed in the store is not what its version says, and is not executed", async () => {
    const kernel = new TestKernel("nact");
    const node = new RespondNode(kernel);
    const retainMs = 10_000;
    const code = new PlaybookCode(node.space, kernel.clock, retainMs);
    const playbook = playbookOf("changed", "export const name = 1;");
    await code.keep(playbook);
    const value = Buffer.from("export const name = 2;").toString("base64");
    await node.space.commit(undefined, [{ type: "put", key: `code-chunk/${playbook.version}/000`, value }]);
    await assert.rejects(code.get(playbook.version), { code: "code-corrupt" });
    // The runs of others are kept nevertheless.
    await kernel.advance(retainMs / 2);
    await code.keepLonger(playbook.version);
    await kernel.complete(kernel.system.stop());
  });

  it("code of several chunks comes back as it was, and a part of it that is gone is noticed", async () => {
    const kernel = new TestKernel("nact");
    const node = new RespondNode(kernel);
    const code = new PlaybookCode(node.space, kernel.clock, settings.retainMs);
    const playbook = playbookOf("large", "é\n".repeat(300_000));
    await code.keep(playbook);
    assert.deepEqual(await code.get(playbook.version), playbook);
    await node.space.commit(undefined, [{ type: "delete", key: `code-chunk/${playbook.version}/001` }]);
    await assert.rejects(code.get(playbook.version), { code: "code-corrupt" });
    assert.equal(await code.get("f".repeat(64)), undefined);
    await kernel.complete(kernel.system.stop());
  });
});
