import assert from "node:assert/strict";
import { respondCancelRun } from "../../chaos/respond/cancel-run.ts";
import { built } from "../../support/built.ts";

/** A second is due, which `npm run chaos -- respond-cancel` measures; here other tests use the processors, too. */
const longestMs = 2_000;

describe("runs that are cancelled on any node (SOAR-8)", function () {
  this.timeout(120_000);
  before(built);

  it("send nothing more and have no process soon after", async () => {
    const seen = await respondCancelRun({ runs: 4, seed: 1, files: "built", say: () => undefined });
    assert.deepEqual(seen.violations, [], JSON.stringify(seen));
    assert.ok(seen.throughOthers >= 1, JSON.stringify(seen));
    for (const ms of [...seen.lastRequestMs, ...seen.groupGoneMs]) assert.ok(ms <= longestMs, JSON.stringify(seen));
  });
});
