import assert from "node:assert/strict";
import { seededRandom, systemRandom } from "../../../../src/base/random.ts";
import { systemClock } from "../../../../src/base/clock.ts";
import { openEmbeddedStore } from "../../../../src/store/embedded/index.ts";
import { ActorSystem } from "../../../../src/kernel/index.ts";
import type { Store } from "../../../../src/store/index.ts";
import { CapturedLog } from "../../../support/captured-log.ts";
import { TestCentre, TestRelay, black, offer, sha256Of, white } from "../../../support/detect-centre.ts";
import { startStoreThread } from "../../../support/store-thread.ts";
import { tempDir } from "../../../support/temp-dir.ts";
import { until } from "../../../support/until.ts";

const tasks = 150;
/** Far from what makes a supervisor give up. */
const mostKills = 8;

describe("detection centres that share an embedded store", function () {
  this.timeout(120_000);
  const directory = tempDir("detect-store");
  const stores: Store[] = [];
  const centres: TestCentre[] = [];
  const system = new ActorSystem({
    ...{ node: "test", log: new CapturedLog().logger, clock: systemClock, random: systemRandom },
  });

  const open = async (node: string): Promise<TestCentre> => {
    const store = await openEmbeddedStore({
      ...{ directory: directory.path, clock: systemClock, startThread: startStoreThread },
    });
    stores.push(store);
    const settings = { leaseMs: 1_000, missingGraceMs: 10_000 };
    const centre = await TestCentre.open(store, systemClock, { node, settings });
    centres.push(centre);
    return centre;
  };

  after(async () => {
    await system.stop();
    for (const store of stores) await store.close();
    for (const { folder } of centres) folder.remove();
    directory.remove();
  });

  it("decide each task once, whichever of their actors are killed meanwhile", async () => {
    const one = await open("n1");
    const other = await open("n2");
    one.start(system, "one");
    other.start(system, "other");
    const kinds = [offer("structure"), offer("yara")];
    const relays = [new TestRelay(one.desk, kinds, "h1"), new TestRelay(other.desk, kinds, "h2")];
    for (const relay of relays) await relay.announce();
    const texts = Array.from({ length: tasks }, (_, at) => `sample ${at}`);
    const submitted = (async () => {
      for (let at = 0; at < texts.length; at += 10) {
        await Promise.all(texts.slice(at, at + 10).map((text, index) => (index % 2 === 0 ? one : other).submit(text)));
      }
    })();
    const random = seededRandom(9);
    let kills = 0;
    const paths = ["one", "other"].flatMap((name) =>
      ["centre", "centre/decisions", "centre/deadlines", "centre/upkeep"].map((part) => `/${name}/${part}`),
    );
    const isDecided = async (): Promise<boolean> => {
      for (const relay of relays) {
        await relay.announce();
        // Some claims are lost on purpose, and run out.
        await relay.answer(
          (await relay.fetch(20)).filter(() => random.below(20) > 0),
          ({ kind }) => (kind === "yara" ? black : white),
        );
      }
      if (kills < mostKills && random.below(4) === 0) {
        system.kill(paths[random.below(paths.length)] ?? "", "a test");
        kills += 1;
      }
      return (await one.space.records.list("history/", { limit: 1_000 })).rows.length === tasks;
    };
    const decided = (): number => one.decisions.size + other.decisions.size;
    await Promise.all([submitted, until(isDecided, () => ({ decided: decided(), kills }), 90_000)]);
    assert.equal(kills, mostKills);
    const digests = texts.map((text) => ({ algorithm: "sha256", hex: sha256Of(text) }) as const);
    const views = await other.verdicts.check(digests, { scan: false, source: "a test" });
    assert.ok(
      views.every((view) => view.state === "decided" && view.decision?.trust === "grey" && !view.decision.degraded),
    );
    const ids = (await one.space.records.list("history/", { limit: 1_000 })).rows.map(({ key }) =>
      key.slice(key.indexOf("-t-") + 1),
    );
    assert.equal(new Set(ids).size, tasks);
    assert.equal((await one.space.queue.counts("decide")).dead, 0);
    assert.deepEqual((await one.space.records.list("flight/")).rows, []);
  });
});
