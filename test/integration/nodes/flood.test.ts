import assert from "node:assert/strict";
import { built, testsBuilt } from "../../support/built.ts";
import { runChaos } from "../../support/chaos-run.ts";

describe("a flood of scans on three nodes (SCAN-3, 4, 5, 6, 13, 16)", function () {
  this.timeout(240_000);
  before(built);
  before(testsBuilt);

  it("keeps to the limit over all nodes, takes them up in the order in which they were stored, and ends them all", async () => {
    const { code, seen, output } = await runChaos("flood", "--scans", "800");
    assert.equal(code, 0, output);
    assert.ok(Number(seen["mostInProcess"]) >= 2, output);
  });
});
