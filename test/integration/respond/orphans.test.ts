import assert from "node:assert/strict";
import { orphansRun } from "../../chaos/respond/orphans-run.ts";
import { built } from "../../support/built.ts";

describe("the processes of a node that is killed (SOAR-8)", function () {
  this.timeout(120_000);
  before(built);

  it("are gone a second later, also one that loops and one that a playbook has started", async () => {
    const seen = await orphansRun({ rounds: 1, drain: false, runs: 4, seed: 1, files: "built", say: () => undefined });
    assert.deepEqual(seen.violations, [], JSON.stringify(seen));
  });
});
