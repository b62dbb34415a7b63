import assert from "node:assert/strict";
import type { CentrePort } from "../../../../src/actors/detect/index.ts";
import type { ScanResult } from "../../../../src/engines/malware/index.ts";
import { TestCentre } from "../../../support/detect-centre.ts";
import { RelayWorld } from "../../../support/relay/relay-world.ts";
import { white } from "../../../support/relay/test-detector.ts";

const suspectedWhite: ScanResult = { outcome: "verdict", trust: "suspected-white", names: [] };

describe("a relay and the detection centre", () => {
  it("15 detectors of kinds a, b, c on a host look at log data: 13 white and 2 suspected-white are white (RELAY-21)", async () => {
    const world = new RelayWorld();
    const kinds = ["a", "b", "c"];
    const require = kinds.map((kind) => ({ taskType: "log-data", kind, count: 5 }) as const);
    const centre = await TestCentre.open(world.store, world.kernel.clock, { settings: { require } });
    centre.start(world.kernel.system);
    const { desk, samples } = centre;
    const downloads: string[] = [];
    const port: CentrePort = {
      announce: (relay, offers) => desk.announce(relay, offers),
      fetchTasks: (relay, wanted, taskIds) =>
        desk.fetchTasks(relay, wanted, ...(taskIds === undefined ? [] : [taskIds])),
      extend: (relay, claims) => desk.extend(relay, claims),
      report: (relay, summaries) => desk.report(relay, summaries),
      download: ({ sha256 }, signal) => {
        downloads.push(sha256);
        return samples.read(sha256, signal);
      },
    };
    world.begin({ port });
    await world.until(
      () => world.open,
      () => "the door is not open",
    );
    const detectors = await Promise.all(
      kinds.flatMap((kind) =>
        [1, 2, 3, 4, 5].map((nth) => world.detector(`${kind}${nth}`, { kind, taskTypes: ["log-data"] })),
      ),
    );
    await world.pass(200);
    const { sha256 } = await world.run(centre.submit("GET /index.html", { taskType: "log-data" }));
    for (const detector of detectors) await detector.claim(4, "log-data");
    await world.pass(1_000);
    for (const [index, detector] of detectors.entries()) {
      const tasks = await detector.claim(4, "log-data");
      assert.equal(tasks.length, 1, `${detector.name} has one execution`);
      await detector.report(tasks, index < 2 ? suspectedWhite : white);
    }
    await world.pass(2_000);
    const { state, decision, detail } = await world.run(centre.verdict(sha256));
    assert.equal(state, "decided");
    assert.deepEqual(decision, { trust: "white", reputation: 0, degraded: false, missing: [] });
    assert.equal(new Set(detail?.answers.map(({ detector }) => detector)).size, 15);
    assert.deepEqual(downloads, [sha256]);
    const { taskCounts } = await world.view();
    assert.deepEqual([taskCounts.summaries, taskCounts.answers, taskCounts.givenBack], [1, 15, 0]);
    assert.deepEqual(await world.end(), []);
    centre.folder.remove();
  });
});
