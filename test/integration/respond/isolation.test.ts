import assert from "node:assert/strict";
import { isolationRun } from "../../chaos/respond/isolation-run.ts";
import { built } from "../../support/built.ts";

/** Other tests use the processors at the same time: `npm run chaos -- respond-isolation` measures it. */
const mostRatio = 2.5;

describe("runs beside one that crashes, one that loops and one that eats memory (SOAR-8)", function () {
  this.timeout(240_000);
  before(built);

  it("are done hardly later, and the three fail for the right reasons", async () => {
    const seen = await isolationRun({ rounds: 1, runs: 6, seed: 1, files: "built", say: () => undefined });
    assert.deepEqual(seen.violations, [], JSON.stringify(seen));
    assert.equal(
      Object.values(seen.reasons).reduce((sum, times) => sum + times, 0),
      3,
    );
    assert.ok(seen.ratio <= mostRatio, JSON.stringify(seen));
  });
});
