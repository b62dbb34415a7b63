import assert from "node:assert/strict";
import { freezeUnderLoad } from "../../chaos/store-freeze.ts";
import { killUnderLoad } from "../../chaos/store-kill.ts";

/** Short runs of test/chaos/store.ts: three processes that share one embedded store. */
describe("an embedded store that three processes share", function () {
  this.timeout(60_000);

  it("keeps every acknowledged item, finished once, when processes are killed", async () => {
    const { added, finished, lost, doubled } = await killUnderLoad(2, 7);
    assert.deepEqual(lost, []);
    assert.deepEqual(doubled, []);
    assert.ok(added > 1_000 && finished > 1_000, `only ${added} added, ${finished} finished`);
  });

  it("bounds every wait when a process freezes with the writer lock, and goes on when it is thawed", async () => {
    const result = await freezeUnderLoad(1, 1_500, 7);
    assert.deepEqual(result.ledger.lost, []);
    assert.deepEqual(result.ledger.doubled, []);
    assert.ok(result.deadlines > 0, "calls fail by their deadline");
    assert.ok(result.highestLagMs < 100, `an event loop was late by ${result.highestLagMs} ms`);
    assert.ok(result.reads > 20, `reads do not wait for the lock: ${result.reads} were answered`);
    assert.equal(result.failedReads, 0);
    assert.ok(result.highestRssMb < 600, `${result.highestRssMb} MB`);
  });
});
