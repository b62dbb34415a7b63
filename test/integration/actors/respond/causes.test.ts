import assert from "node:assert/strict";
import { guardEventsProps } from "../../../../src/actors/guard/events/guard-events.ts";
import { guardEventQueue, guardSpace, type GuardEvent } from "../../../../src/actors/guard/work.ts";
import { causeOfRun, type SecurityEvent } from "../../../../src/engines/events/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { TestKernel } from "../../../support/kernel.ts";
import { bindingOf, catalogOf, eventOf, RespondNode, type RespondNodeOptions } from "./respond-node.ts";
import type { ScriptedExecution } from "./scripted-runner.ts";

/** Longer than any loop here may be. */
const endless = 30;

/**
 * A node whose playbook blocks somebody for each event of a device and for each block, and so answers to itself.
 * @param subjectOf whom the nth run blocks
 */
const startLoop = (kernel: TestKernel, subjectOf: (n: number) => string, options: RespondNodeOptions = {}) => {
  const database = createMemoryDatabase({ clock: kernel.clock });
  const guard = openMemoryStore(database).space(guardSpace);
  const catalog = catalogOf([bindingOf("any", ["block-it"])], () => true);
  const node = new RespondNode(kernel, { catalog, database, ...options });
  kernel.system.spawn(
    guardEventsProps({ space: guard, owner: "n1", accept: (some) => node.events.accept(some) }),
    "guard-events",
  );
  let runs = 0;
  const block = async (execution: ScriptedExecution): Promise<void> => {
    const { runId, playbook, event } = execution.work;
    runs += 1;
    const body: GuardEvent = {
      ...{ id: `block-${runId}`, kind: "block", key: { rule: 0, field: "ip", subject: subjectOf(runs) } },
      ...{ action: "deny", shadow: false, pending: false, untilMs: 1, atMs: 0, reason: "", by: `playbook ${runId}-1` },
      cause: causeOfRun(event, playbook.id),
    };
    if (runs < endless) {
      await guard.commit(undefined, [{ type: "add", queue: guardEventQueue, item: { id: body.id, body } }]);
    }
    execution.finish({ type: "done", output: null });
  };
  node.runner.began = (execution) => void block(execution);
  return node;
};

/** Its events, the first one first. */
const eventsOf = async (node: RespondNode) => (await node.events.list()).rows.toReversed();

describe("answers that lead to events", () => {
  let kernel: TestKernel;
  beforeEach(() => {
    kernel = new TestKernel("seeded");
  });
  afterEach(() => kernel.complete(kernel.system.stop()));

  for (const depth of [1, 8, 16]) {
    it(`end after ${depth} in a row: the next event is stored, says so and starts nothing`, async () => {
      const node = startLoop(kernel, (n) => `192.0.2.${n}`, { settings: { causeDepth: depth } });
      await kernel.complete(node.events.accept([eventOf("first")]));
      // Time for each event, so that they are listed in their order.
      await kernel.advance(60_000);
      assert.equal(node.runner.executions.length, depth, "runs");
      const events = await eventsOf(node);
      assert.equal(events.length, depth + 1);
      const last = events.find(({ runs }) => runs.length === 0);
      assert.equal(last?.state, "matched");
      assert.deepEqual(last.suppressed, [{ binding: "any", playbook: "block-it", reason: "depth" }]);
      assert.equal(last.event.cause?.chain.length, depth);
      assert.equal(last.event.cause.chain[0], "fw1/first block-it");
      const told = node.told("decided").flatMap(({ suppressed }) => suppressed);
      assert.deepEqual(told, ["depth"]);
    });
  }

  it("end as soon as a playbook would answer to itself about the same subject", async () => {
    const node = startLoop(kernel, () => "192.0.2.7");
    await kernel.complete(node.events.accept([eventOf("first")]));
    await kernel.advance(60_000);
    assert.equal(node.runner.executions.length, 2, "one for the device's event, one for the block that it led to");
    const reasons = (await eventsOf(node)).flatMap(({ suppressed }) => suppressed.map(({ reason }) => reason));
    assert.deepEqual(reasons, ["cycle"]);
  });

  it("bound only themselves: what another device reports is answered", async () => {
    const node = startLoop(kernel, () => "192.0.2.7");
    await kernel.complete(node.events.accept([eventOf("first"), eventOf("second")]));
    await kernel.advance(60_000);
    assert.equal(node.runner.executions.length, 4);
  });

  it("are handed what led to them, and a retried run leads on from there", async () => {
    const node = startLoop(kernel, (n) => `192.0.2.${n}`, { settings: { causeDepth: 2 } });
    await kernel.complete(node.events.accept([eventOf("first")]));
    await kernel.advance(60_000);
    const causesOf = (): readonly (SecurityEvent["cause"] | undefined)[] =>
      node.runner.executions.map(({ work }) => work.event.cause);
    assert.deepEqual(causesOf(), [undefined, { chain: ["fw1/first block-it"] }]);
    const second = node.runner.at(1).work.runId;
    await kernel.complete(node.runs.retry(second));
    await kernel.advance(60_000);
    assert.equal(node.runner.executions.length, 3, "the block of the retry starts nothing");
    assert.deepEqual(causesOf().at(-1), { chain: ["fw1/first block-it"] });
  });
});
