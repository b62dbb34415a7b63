import assert from "node:assert/strict";
import type { Json } from "../../../../src/base/json.ts";
import { onBothDispatchers, type TestKernel } from "../../../support/kernel.ts";
import { bindingOf, catalogOf, eventOf, playbookOf, RespondNode } from "./respond-node.ts";

const manual = (...names: readonly string[]): Json => ({
  ...{ step: "action--1", agent: "anna", text: "Look at the badge.", for: ["gate 7"] },
  in_args: { __badge__: "4711" },
  out_args: names.map((name) => ({ name, type: "integer", description: "how many" })),
});

/** What an answered manual command leaves in the journal. */
const given = (facts: Json): Json => ({ text: "", truncated: false, facts });

const base = catalogOf([bindingOf("network-attack", ["block"])]);
/** Its only playbook may ask persons. */
const catalog = { ...base, playbooks: new Map([["block", { ...playbookOf("block"), kind: "cacao" as const }]]) };

describe("runs that wait", () => {
  onBothDispatchers((start) => {
    interface Begun {
      readonly kernel: TestKernel;
      readonly node: RespondNode;
      readonly id: string;
    }

    const begun = async (): Promise<Begun> => {
      const kernel = start();
      const node = new RespondNode(kernel, { catalog });
      const { id } = await kernel.complete(node.runs.start("block", eventOf("e1")));
      await kernel.settle();
      return { kernel, node, id };
    };

    const ended = (node: RespondNode, execution: number): readonly (Json | undefined)[] =>
      node.runner.at(execution).work.journal.map(({ end }) => end?.result as Json | undefined);

    it("a person is asked what the command says, and the values that are given let the run go on", async () => {
      const { kernel, node, id } = await begun();
      const first = node.runner.at(0);
      await kernel.complete(first.start(1, "manual", { by: "person", input: manual("__count__"), idempotent: true }));
      assert.equal((await node.runs.get(id))?.state, "running");
      first.finish({ type: "waits", untilMs: undefined });
      await kernel.settle();
      const waiting = await node.runs.get(id);
      assert.deepEqual(
        [waiting?.state, waiting?.question?.steps, waiting?.question?.asks, waiting?.untilMs],
        [
          "waiting",
          [1],
          [
            {
              ...{ step: 1, kind: "manual", text: "Look at the badge.", inArgs: { __badge__: "4711" } },
              outArgs: [{ name: "__count__", type: "integer", description: "how many" }],
            },
          ],
          undefined,
        ],
      );
      assert.equal((await node.runs.steps(id)).rows[0]?.state, "started");
      const refused = [
        { step: 1, outcome: "repeat" },
        { step: 1, outcome: "done", output: { __count__: "many" } },
        { step: 1, outcome: "done", output: { __count__: 7, __other__: 1 } },
        { step: 1, outcome: "done", output: {} },
        { step: 2, outcome: "failed", message: "no" },
      ] as const;
      for (const answer of refused) await assert.rejects(node.runs.answer(id, [answer]), { code: "invalid" });

      await kernel.complete(node.runs.answer(id, [{ step: 1, outcome: "done", output: { __count__: 7 } }]));
      await kernel.settle();
      assert.deepEqual(ended(node, 1), [{ state: "done", output: given({ __count__: 7 }) }]);
      assert.equal((await node.runs.get(id))?.question, undefined);
      node.runner.at(1).finish({ type: "done", output: null });
      await kernel.settle();
      assert.equal((await node.runs.get(id))?.state, "done");
      await kernel.complete(kernel.system.stop());
    });

    it("a run goes on at its time: not before, and without a process until then", async () => {
      const { kernel, node, id } = await begun();
      await kernel.complete(node.runner.at(0).start(1, "delay", { by: "timer", idempotent: true }));
      const untilMs = kernel.clock.wallMs() + 90_000;
      node.runner.at(0).log("resting");
      node.runner.at(0).finish({ type: "waits", untilMs });
      await kernel.settle();
      const waiting = await node.runs.get(id);
      assert.deepEqual(
        [waiting?.state, waiting?.untilMs, waiting?.question, waiting?.log.map(({ text }) => text)],
        ["waiting", untilMs, undefined, ["resting"]],
      );
      await assert.rejects(node.runs.answer(id, [{ step: 1, outcome: "repeat" }]), { code: "no-question" });
      await kernel.advance(89_000);
      assert.equal(node.runner.executions.length, 1);
      await kernel.advance(2_500);
      assert.equal(node.runner.executions.length, 2);
      const [step] = node.runner.at(1).work.journal;
      assert.deepEqual([step?.by, step?.startedAtMs !== undefined, step?.end], ["timer", true, undefined]);
      assert.deepEqual([(await node.runs.get(id))?.state, (await node.runs.get(id))?.untilMs], ["running", undefined]);
      await kernel.complete(kernel.system.stop());
    });

    it("one that is due later does not hold up another node's that is due sooner", async () => {
      const { kernel, node } = await begun();
      const second = await kernel.complete(node.runs.start("block", eventOf("e2")));
      await kernel.settle();
      const nowMs = kernel.clock.wallMs();
      node.runner.at(0).finish({ type: "waits", untilMs: nowMs + 3_600_000 });
      await kernel.advance(2_000);
      node.runner.at(1).finish({ type: "waits", untilMs: nowMs + 6_000 });
      await kernel.advance(6_000);
      assert.deepEqual(
        node.runner.executions.slice(2).map(({ work }) => work.runId),
        [second.id],
      );
      await kernel.complete(kernel.system.stop());
    });

    it("who answers before the time is heard at once, and the time changes nothing then", async () => {
      const { kernel, node, id } = await begun();
      const first = node.runner.at(0);
      await kernel.complete(first.start(1, "manual", { by: "person", input: manual(), idempotent: true }));
      await kernel.complete(first.start(2, "timeout", { by: "timer", idempotent: true }));
      first.finish({ type: "waits", untilMs: kernel.clock.wallMs() + 60_000 });
      await kernel.settle();
      const waiting = await node.runs.get(id);
      assert.deepEqual([waiting?.state, waiting?.question?.steps], ["waiting", [1]]);
      await kernel.complete(node.runs.answer(id, [{ step: 1, outcome: "failed", message: "nobody there" }]));
      await kernel.settle();
      assert.deepEqual(ended(node, 1), [
        { state: "failed", error: { code: "answered", message: "nobody there" } },
        undefined,
      ]);
      assert.equal((await node.space.queue.get("runs", `${id}.1`))?.status, "cancelled");
      await kernel.advance(61_000);
      assert.equal(node.runner.executions.length, 2);
      await kernel.complete(node.runner.at(1).end(2));
      node.runner.at(1).finish({ type: "done", output: null });
      await kernel.settle();
      assert.equal((await node.runs.get(id))?.state, "done");
      await kernel.complete(kernel.system.stop());
    });

    it("an answer to a run under way is handed to it within a second, once, from any node", async () => {
      const { kernel, node, id } = await begun();
      const execution = node.runner.at(0);
      await kernel.complete(execution.start(1));
      await assert.rejects(node.runs.answer(id, [{ step: 1, outcome: "failed", message: "" }]), {
        code: "no-question",
      });
      await kernel.complete(execution.start(2, "manual", { by: "person", input: manual(), idempotent: true }));
      const elsewhere = new RespondNode(kernel, { database: node.database, name: "n2", catalog, processes: 1 });
      await kernel.complete(elsewhere.runs.answer(id, [{ step: 2, outcome: "done", output: {} }]));
      const again = elsewhere.runs.answer(id, [{ step: 2, outcome: "failed", message: "" }]);
      await assert.rejects(again, { code: "no-question" });
      await kernel.advance(1_000);
      assert.deepEqual(execution.answers, [{ n: 2, result: { state: "done", output: given({}) } }]);
      await kernel.complete(execution.end(2, { state: "done", output: given({}) }));
      await assert.rejects(node.runs.answer(id, [{ step: 2, outcome: "done", output: {} }]), { code: "no-question" });
      await kernel.advance(1_000);
      assert.equal(execution.answers.length, 1);
      await kernel.complete(kernel.system.stop());
    });

    it("an answer that an execution did not keep is in the journal of the next one", async () => {
      const { kernel, node, id } = await begun();
      const first = node.runner.at(0);
      await kernel.complete(first.start(1, "manual", { by: "person", input: manual(), idempotent: true }));
      await kernel.complete(first.start(2));
      await kernel.complete(node.runs.answer(id, [{ step: 1, outcome: "done", output: null }]));
      first.finish({ type: "lost", message: "killed" });
      await kernel.settle();
      const waiting = await node.runs.get(id);
      assert.deepEqual([waiting?.state, waiting?.question?.steps, waiting?.steps.done], ["waiting", [2], 1]);
      await kernel.complete(node.runs.answer(id, [{ step: 2, outcome: "done", output: "it had" }]));
      await kernel.settle();
      assert.deepEqual(ended(node, 1), [
        { state: "done", output: given({}) },
        { state: "done", output: "it had" },
      ]);
      await kernel.complete(kernel.system.stop());
    });

    it("an answer in the moment in which the process gives up its place lets the run go on at once", async () => {
      const { kernel, node, id } = await begun();
      const first = node.runner.at(0);
      await kernel.complete(first.start(1, "manual", { by: "person", input: manual(), idempotent: true }));
      const answered = node.runs.answer(id, [{ step: 1, outcome: "done", output: {} }]);
      first.finish({ type: "waits", untilMs: undefined });
      await kernel.complete(answered);
      await kernel.settle();
      assert.deepEqual(ended(node, 1), [{ state: "done", output: given({}) }]);
      await kernel.complete(kernel.system.stop());
    });

    it("what nobody knows and what a person does are asked together; only the former holds the run up", async () => {
      const { kernel, node, id } = await begun();
      const first = node.runner.at(0);
      await kernel.complete(first.start(1, "manual", { by: "person", input: manual(), idempotent: true }));
      await kernel.complete(first.start(2));
      first.finish({ type: "lost", message: "killed" });
      await kernel.settle();
      const asked = await node.runs.get(id);
      assert.deepEqual(
        asked?.question?.asks.map(({ step, kind }) => [step, kind]),
        [
          [1, "manual"],
          [2, "unknown"],
        ],
      );
      const smaller = await kernel.complete(node.runs.answer(id, [{ step: 1, outcome: "done", output: {} }]));
      assert.deepEqual([smaller.state, smaller.question?.steps], ["waiting", [2]]);
      await kernel.complete(node.runs.answer(id, [{ step: 2, outcome: "repeat" }]));
      await kernel.settle();
      assert.deepEqual(ended(node, 1), [{ state: "done", output: given({}) }, undefined]);
      await kernel.complete(kernel.system.stop());
    });

    it("a store that does not answer holds up that a run waits, and asks nobody twice what may be repeated", async () => {
      const { kernel, node, id } = await begun();
      await kernel.complete(node.runner.at(0).start(1));
      node.runner.at(0).finish({ type: "lost", message: "killed" });
      await kernel.settle();
      await kernel.complete(node.runs.answer(id, [{ step: 1, outcome: "repeat" }]));
      node.store = "mute";
      await kernel.advance(2_000);
      node.store = "up";
      await kernel.advance(12_000);
      const second = node.runner.at(1);
      await kernel.complete(second.end(1));
      await kernel.complete(second.start(2, "delay", { by: "timer", idempotent: true }));
      node.store = "mute";
      second.finish({ type: "waits", untilMs: kernel.clock.wallMs() + 5_000 });
      await kernel.advance(1_000);
      node.store = "up";
      await kernel.advance(1_000);
      assert.equal((await node.runs.get(id))?.state, "waiting");
      await kernel.advance(5_000);
      assert.equal(node.runner.executions.length, 3);
      await kernel.complete(kernel.system.stop());
    });

    it("a run that waits is cancelled at once, with the item that would let it go on", async () => {
      const { kernel, node, id } = await begun();
      const first = node.runner.at(0);
      await kernel.complete(first.start(1, "manual", { by: "person", input: manual(), idempotent: true }));
      first.finish({ type: "waits", untilMs: kernel.clock.wallMs() + 60_000 });
      await kernel.settle();
      assert.equal(await kernel.complete(node.runs.cancel(id)), true);
      const run = await node.runs.get(id);
      assert.deepEqual([run?.state, run?.question, run?.untilMs], ["cancelled", undefined, undefined]);
      assert.equal((await node.runs.steps(id)).rows[0]?.state, "aborted");
      assert.equal((await node.space.queue.counts("runs")).delayed, 0);
      await assert.rejects(node.runs.answer(id, [{ step: 1, outcome: "done", output: {} }]), { code: "no-question" });
      await kernel.complete(kernel.system.stop());
    });

    it("a node that ends in order leaves a run whose person is still asked to another one", async () => {
      const { kernel, node, id } = await begun();
      const first = node.runner.at(0);
      await kernel.complete(first.start(1, "manual", { by: "person", input: manual(), idempotent: true }));
      const quiesced = node.quiesce();
      await kernel.settle();
      await kernel.complete(node.runs.answer(id, [{ step: 1, outcome: "done", output: {} }]));
      first.finish({ type: "quiesced" });
      await kernel.complete(quiesced);
      const other = new RespondNode(kernel, { database: node.database, name: "n2", catalog });
      await kernel.advance(1_000);
      assert.deepEqual(ended(other, 0), [{ state: "done", output: given({}) }]);
      await kernel.complete(kernel.system.stop());
    });

    it("a process that waits for nothing, or beside a step that it executes, fails its run", async () => {
      const { kernel, node, id } = await begun();
      node.runner.at(0).finish({ type: "waits", untilMs: undefined });
      await kernel.settle();
      assert.equal((await node.runs.get(id))?.failure?.reason, "protocol");
      const { id: second } = await kernel.complete(node.runs.start("block", eventOf("e2")));
      await kernel.settle();
      await kernel.complete(node.runner.at(1).start(1));
      node.runner.at(1).finish({ type: "waits", untilMs: kernel.clock.wallMs() + 60_000 });
      await kernel.settle();
      assert.equal((await node.runs.get(second))?.failure?.reason, "protocol");
      await kernel.complete(kernel.system.stop());
    });

    it("variables come with every execution and every retry; too many are refused", async () => {
      const kernel = start();
      const node = new RespondNode(kernel, { catalog });
      const variables = { __ticket__: "T-1" };
      const { id } = await kernel.complete(node.runs.start("block", eventOf("e1"), { variables }));
      await kernel.settle();
      node.runner.at(0).finish({ type: "lost", message: "killed" });
      await kernel.settle();
      node.runner.at(1).finish({ type: "failed", reason: "step", message: "refused" });
      await kernel.settle();
      assert.equal((await node.runs.get(id))?.failure?.reason, "step");
      await kernel.complete(node.runs.retry(id));
      await kernel.settle();
      assert.deepEqual(
        node.runner.executions.map(({ work }) => work.variables),
        [variables, variables, variables],
      );
      for (const wrong of [{ ticket: "T-1" }, { __ticket__: "x".repeat(200_000) }]) {
        await assert.rejects(node.runs.start("block", eventOf("e3"), { variables: wrong }), { code: "invalid" });
      }
      await kernel.complete(kernel.system.stop());
    });
  });
});
