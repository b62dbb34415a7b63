import assert from "node:assert/strict";
import { Events, respondProps, RespondHints, Runs, type EventView } from "../../../../src/actors/respond/index.ts";
import { systemClock } from "../../../../src/base/clock.ts";
import { systemRandom } from "../../../../src/base/random.ts";
import { ActorSystem } from "../../../../src/kernel/index.ts";
import { openEmbeddedStore } from "../../../../src/store/embedded/index.ts";
import type { Space } from "../../../../src/store/index.ts";
import { CapturedLog } from "../../../support/captured-log.ts";
import { startStoreThread } from "../../../support/store-thread.ts";
import { tempDir } from "../../../support/temp-dir.ts";
import { until } from "../../../support/until.ts";
import { bindingOf, catalogOf, eventOf, settings } from "./respond-node.ts";
import { ScriptedRunner } from "./scripted-runner.ts";

describe("events and runs of two nodes on one embedded store", function () {
  this.timeout(30_000);
  const closing: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  it("each event of many clients is accepted and decided once, and each run ends once", async () => {
    const directory = tempDir("respond-actors");
    closing.push(() => directory.remove());
    const catalog = { current: () => catalogOf([bindingOf("network-attack", ["block"])]) };
    /** Everyone has a handle of their own on the files, as processes have. */
    const open = async (): Promise<Space> => {
      const store = await openEmbeddedStore({
        ...{ directory: directory.path, clock: systemClock, startThread: startStoreThread },
      });
      closing.push(() => store.close());
      return store.space("respond");
    };
    const executed: string[] = [];
    const startNode = async (name: string): Promise<Events> => {
      const space = await open();
      const hints = new RespondHints();
      const runner = new ScriptedRunner(4);
      runner.began = (execution) => {
        void (async () => {
          await execution.start(1);
          executed.push(execution.work.event.id);
          await execution.end(1);
          execution.finish({ type: "done", output: execution.work.event.id });
        })();
      };
      const log = new CapturedLog().logger;
      const system = new ActorSystem({ node: name, log, clock: systemClock, random: systemRandom });
      closing.push(async () => {
        await system.stop();
      });
      const common = { space, catalog, hints };
      system.spawn(
        respondProps({ ...common, runner, settings, owner: name, node: name, notify: () => undefined }),
        "respond",
      );
      return new Events({ ...common, clock: systemClock, mostWaiting: 10_000, retainMs: settings.retainMs });
    };
    const nodes = [await startNode("n1"), await startNode("n2")];
    const kinds = ["network-attack", "other"];
    const reported = Array.from({ length: 400 }, (_, n) => eventOf(`e${n}`, { kind: kinds[n % 2] ?? "other" }));
    // Each event by two clients, at different nodes.
    const answers = await Promise.all(
      reported.flatMap((event) => nodes.map(async (node) => (await node.accept([event])).results[0]?.status)),
    );
    assert.equal(answers.filter((status) => status === "accepted").length, 400);
    assert.equal(answers.filter((status) => status === "known").length, 400);

    const runs = new Runs({
      ...{ space: await open(), clock: systemClock, catalog, retainMs: settings.retainMs, hints: new RespondHints() },
    });
    const done = async (): Promise<number> => (await runs.list({ limit: 500, states: ["done"] })).rows.length;
    let count = 0;
    await until(
      async () => (count = await done()) === 200,
      () => count,
      20_000,
    );
    assert.equal(new Set(executed).size, 200);
    assert.equal(executed.length, 200);
    const events: EventView[] = [];
    let after: string | undefined;
    do {
      const page = await nodes[0]?.list(after === undefined ? {} : { after });
      events.push(...(page?.rows ?? []));
      after = page?.next;
    } while (after !== undefined);
    assert.deepEqual(
      ["matched", "unmatched"].map((state) => events.filter((event) => event.state === state).length),
      [200, 200],
    );
  });
});
