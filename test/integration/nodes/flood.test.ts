import assert from "node:assert/strict";
import { floodRun } from "../../chaos/scan/flood-run.ts";
import { built } from "../../support/built.ts";

describe("a flood of scans on three nodes (SCAN-3, 4, 5, 6, 13, 16)", function () {
  this.timeout(180_000);
  before(built);

  it("keeps to the limit over all nodes, takes them up in the order in which they were stored, and ends them all", async () => {
    const { scans, complete, requests, mostInProcess, outOfOrder } = await floodRun({ scans: 600, clients: 16, limit: 5 });
    assert.ok(scans >= 590, `${scans} scans`);
    assert.equal(complete, scans);
    assert.equal(requests, scans);
    assert.ok(mostInProcess >= 2 && mostInProcess <= 5, `${mostInProcess} in process`);
    assert.equal(outOfOrder, 0);
  });
});
