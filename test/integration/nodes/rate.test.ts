import assert from "node:assert/strict";
import { rateRun } from "../../chaos/scan/rate-run.ts";
import { assertCaught, runBroken, type BrokenBuild } from "../../support/broken-build.ts";

/** Each probe counts for itself. */
const perProbe: BrokenBuild = {
  name: "limit-per-probe",
  patch: { file: "src/actors/scan/probes/target-limiter.ts", find: "", replace: "" },
  caughtBy: "violated I13",
};

describe("the limit of one target over three nodes (SCAN-17)", function () {
  this.timeout(180_000);

  it("holds at the target in every second, while a node is killed, and is used", async () => {
    const { mostInASecond, average } = await rateRun({ seconds: 10, perSecond: 50, killAfterMs: 3_000 });
    assert.ok(mostInASecond <= 50, `${mostInASecond} in a second`);
    assert.ok(average >= 42, `${average} a second`);
  });

  it("does not hold when each probe counts for itself: the check can fail", async () => {
    const run = await runBroken(
      perProbe,
      ["--import=tsx", "test/chaos/scan/main.ts", "rate", "--seconds", "6"],
      120_000,
    );
    assertCaught(perProbe, run);
  });
});
