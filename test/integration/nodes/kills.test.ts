import assert from "node:assert/strict";
import { killUnderLoad } from "../../chaos/scan/kill-run.ts";
import { built } from "../../support/built.ts";

describe("scans on three nodes that are killed, with probes that crash (SCAN-7, 13, 14, 15)", function () {
  this.timeout(180_000);
  before(built);

  it("ends every subtask exactly once and finds what an undisturbed scan finds", async () => {
    const result = await killUnderLoad({ seconds: 12, seed: 5, killEveryMs: 4_000 });
    const { lost, doneTwice, different, deadLetters } = result;
    assert.deepEqual({ lost, doneTwice, different, deadLetters }, { lost: [], doneTwice: [], different: [], deadLetters: 0 });
    assert.ok(result.nodesKilled >= 2 && result.probesKilled >= 3 && result.scans >= 12, JSON.stringify(result));
  });
});
