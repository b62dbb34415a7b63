import assert from "node:assert/strict";
import { testsBuilt } from "../../support/built.ts";
import { runChaos } from "../../support/chaos-run.ts";

describe("scans on three nodes that are killed, with probes that crash (SCAN-7, 13, 14, 15)", function () {
  this.timeout(240_000);
  before(testsBuilt);

  it("ends every subtask exactly once and finds what an undisturbed scan finds", async () => {
    const { code, seen, output } = await runChaos("kill", "--minutes", "0.2", "--seed", "5");
    assert.equal(code, 0, output);
    const { incomplete, different, deadLetters } = seen;
    assert.deepEqual({ incomplete, different, deadLetters }, { incomplete: [], different: [], deadLetters: 0 });
    assert.match(output, /ledger \{"system":"scan",.*"doneTwice":0,"lost":0,/);
  });
});
