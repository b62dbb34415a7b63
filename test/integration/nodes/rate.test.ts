import assert from "node:assert/strict";
import { assertCaught, runBroken, type BrokenBuild } from "../../support/broken-build.ts";
import { testsBuilt } from "../../support/built.ts";
import { runChaos } from "../../support/chaos-run.ts";

/** The probes of each node count for themselves. */
const perProbe: BrokenBuild = {
  name: "limit-per-probe",
  patch: {
    file: "src/actors/scan/probes/target-limiter.ts",
    find: "const key = keyOf(target);",
    replace: "const key = `${keyOf(target)}/${process.pid}`;",
  },
  caughtBy: "violated I13",
};

describe("the limit of one target over three nodes (SCAN-17)", function () {
  this.timeout(240_000);
  before(testsBuilt);

  it("holds at the target in every second, while a node is killed, and is used", async () => {
    const { code, output } = await runChaos("rate", "--seconds", "12");
    assert.equal(code, 0, output);
  });

  it("does not hold when the probes of each node count for themselves: the check can fail", async () => {
    const run = await runBroken(perProbe, ["test/chaos/scan/main.js", "rate", "--seconds", "6"], 120_000);
    assertCaught(perProbe, run);
  });
});
