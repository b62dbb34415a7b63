import assert from "node:assert/strict";
import { createMemoryDatabase } from "../../../../src/store/memory/index.ts";
import { onBothDispatchers } from "../../../support/kernel.ts";
import { bindingOf, catalogOf, eventOf, playbookOf, RespondNode } from "./respond-node.ts";

const statesOf = async (node: RespondNode): Promise<Record<string, string>> => {
  const { rows } = await node.events.list();
  return Object.fromEntries(rows.map(({ event, state, suppressed }) => [event.id, suppressed[0]?.reason ?? state]));
};

describe("the intake of events", () => {
  onBothDispatchers((start) => {
    it("an event is accepted once, whoever reports it again; one that no binding is for is recorded as unmatched", async () => {
      const kernel = start();
      const node = new RespondNode(kernel);
      const twice = [eventOf("a"), eventOf("a"), eventOf("b", { kind: "mining" })];
      const first = await kernel.complete(node.events.accept(twice));
      assert.deepEqual(
        first.results.map(({ status }) => status),
        ["accepted", "known", "accepted"],
      );
      await kernel.advance(100);
      const again = await kernel.complete(node.events.accept([eventOf("a"), eventOf("c")]));
      assert.deepEqual(
        again.results.map(({ status }) => status),
        ["known", "accepted"],
      );
      await kernel.advance(100);
      const { rows } = await node.events.list();
      assert.deepEqual(rows.map(({ key, state, runs }) => [key, state, runs.length]).toSorted(), [
        ["fw1/a", "matched", 1],
        ["fw1/b", "unmatched", 0],
        ["fw1/c", "matched", 1],
      ]);
      assert.equal(rows[0]?.key, "fw1/c", "the latest first");
      assert.equal(node.runner.executions.length, 2);
      assert.deepEqual(
        (await node.events.list({ states: ["unmatched"] })).rows.map(({ key }) => key),
        ["fw1/b"],
      );
      assert.deepEqual(
        (await node.runs.list({ event: "fw1/a" })).rows.map(({ event, binding }) => [event, binding]),
        [["fw1/a", "network-attack"]],
      );
      await kernel.complete(kernel.system.stop());
    });

    it("events that agree start their playbooks once in a window, also when two nodes decide on them", async () => {
      const kernel = start();
      const catalog = catalogOf([
        bindingOf("network-attack", ["block", "tell"], { dedup: { by: ["host"], windowMs: 60_000 } }),
      ]);
      const database = createMemoryDatabase({ clock: kernel.clock });
      const nodes = ["n1", "n2"].map((name) => new RespondNode(kernel, { catalog, database, name }));
      const [one, two] = nodes as [RespondNode, RespondNode];
      const same = { data: { host: "db1" } };
      await kernel.complete(
        Promise.all([one.events.accept([eventOf("a", same)]), two.events.accept([eventOf("b", same)])]),
      );
      await kernel.complete(one.events.accept([eventOf("c", same), eventOf("d", { data: { host: "db2" } })]));
      await kernel.advance(100);
      const states = await statesOf(one);
      assert.deepEqual(Object.values(states).toSorted(), ["duplicate", "duplicate", "matched", "matched"]);
      assert.equal(one.runner.executions.length + two.runner.executions.length, 4);

      await kernel.advance(60_000);
      const { choices } = await one.events.explain(eventOf("e", same));
      assert.deepEqual(
        choices.map(({ playbook, suppressed }) => [playbook.id, suppressed]),
        [
          ["block", undefined],
          ["tell", undefined],
        ],
      );
      await kernel.complete(one.events.accept([eventOf("e", same)]));
      await kernel.advance(100);
      assert.equal((await one.events.get("fw1/e"))?.state, "matched");
      assert.deepEqual((await one.events.get("fw1/e"))?.suppressed, []);
      assert.equal((await one.events.explain(eventOf("f", same))).choices[0]?.suppressed, "duplicate");
      await kernel.complete(kernel.system.stop());
    });

    it("no more events start playbooks than the rate of their binding says, in any window of its length", async () => {
      const kernel = start();
      const catalog = catalogOf([bindingOf("network-attack", ["block"], { rate: { events: 5, perMs: 10_000 } })]);
      const node = new RespondNode(kernel, { catalog, processes: 100 });
      const startedAtMs: number[] = [];
      node.runner.began = () => startedAtMs.push(kernel.clock.monotonicMs());
      for (let n = 0; n < 80; n += 1) {
        await kernel.complete(node.events.accept([eventOf(`e${n}`)]));
        await kernel.advance(500);
      }
      for (const from of startedAtMs) {
        const within = startedAtMs.filter((at) => at >= from && at < from + 10_000);
        assert.ok(within.length <= 5, `${within.length} from ${from}`);
      }
      assert.ok(startedAtMs.length >= 18, `only ${startedAtMs.length} of 20 that may`);
      assert.equal((await statesOf(node))["e79"], "rate");
      await kernel.complete(kernel.system.stop());
    });

    it("an event that cannot be decided on holds up no other, and is given up", async () => {
      const kernel = start();
      const bad = { ...catalogOf([bindingOf("network-attack", ["block"])]) };
      const choose = bad.choose.bind(bad);
      bad.choose = (event) => {
        if (event.id === "poison") throw new Error("it makes the evaluator fail");
        return choose(event);
      };
      const node = new RespondNode(kernel, { catalog: bad });
      await kernel.complete(node.events.accept([eventOf("a"), eventOf("poison"), eventOf("b")]));
      await kernel.settle();
      assert.deepEqual(await statesOf(node), { a: "matched", poison: "waiting", b: "matched" });
      await kernel.advance(60_000);
      assert.deepEqual(await statesOf(node), { a: "matched", poison: "dead", b: "matched" });
      assert.equal(node.told("undecided").length, 5);
      assert.equal((await node.space.records.get("event/fw1/poison"))?.value !== undefined, true);
      await kernel.complete(kernel.system.stop());
    });

    it("a large event that starts many playbooks is cut into several commits", async () => {
      const kernel = start();
      const playbooks = Array.from({ length: 150 }, (_, n) => `p${n}`);
      const node = new RespondNode(kernel, {
        catalog: catalogOf([bindingOf("network-attack", playbooks)]),
        processes: 1,
      });
      await kernel.complete(node.events.accept([eventOf("big", { data: { text: "x".repeat(60_000) } }), eventOf("b")]));
      await kernel.settle();
      assert.equal((await node.events.get("fw1/big"))?.runs.length, 150);
      assert.equal((await node.space.queue.counts("runs")).waiting, 2 * 150 - 1);
      const ids = (await node.runs.list({ event: "fw1/big" })).rows.map(({ playbook }) => playbook.id);
      assert.deepEqual(ids, playbooks);
      await kernel.complete(kernel.system.stop());
    });

    it("beyond what may wait nothing is stored, and the refusal says when to come again", async () => {
      const kernel = start();
      const node = new RespondNode(kernel, { mostWaiting: 10 });
      node.store = "down";
      const many = (from: number, count: number) => Array.from({ length: count }, (_, n) => eventOf(`e${from + n}`));
      await kernel.complete(node.events.accept(many(0, 8)));
      await assert.rejects(node.events.accept(many(8, 3)), { code: "queue-full", retryable: true });
      await kernel.complete(node.events.accept(many(8, 2)));
      await assert.rejects(node.events.accept(many(10, 1)), (error: { ids: { retryInMs?: number } }) => {
        assert.equal(error.ids.retryInMs, 1_000);
        return true;
      });
      node.store = "up";
      await kernel.advance(1_000);
      await kernel.complete(node.events.accept(many(10, 1)));
      await kernel.advance(1_000);
      assert.equal((await node.events.list({ states: ["matched"] })).rows.length, 11);
      await kernel.complete(kernel.system.stop());
    });

    it("a run is executed with the version that it was made with, though the node has another one by now", async () => {
      const kernel = start();
      const node = new RespondNode(kernel, { processes: 1 });
      await kernel.complete(node.events.accept([eventOf("a")]));
      await kernel.settle();
      await kernel.complete(kernel.system.stop());

      const next = start();
      const catalog = catalogOf([]);
      const later = new RespondNode(next, { database: node.database, catalog, name: "n2" });
      await next.advance(10_000);
      const run = (await later.runs.list()).rows[0];
      assert.deepEqual(later.runner.executions[0]?.work.playbook, playbookOf("block"));
      assert.equal(run?.state, "running");
      await next.complete(next.system.stop());
    });
  });
});
