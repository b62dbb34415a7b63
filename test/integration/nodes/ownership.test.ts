import assert from "node:assert/strict";
import { testsBuilt } from "../../support/built.ts";
import { runChaos } from "../../support/chaos-run.ts";

/** A defect that shows only if something is written when the node wakes up. */
const mostSeeds = 3;
const args = ["frozen", "--store", "redis", "--ttl-ms", "1000"] as const;

describe("what a node owned that is frozen for three lease TTLs, on Redis", function () {
  this.timeout(240_000);
  before(testsBuilt);

  it("is written by others, and no more by it: it ends with 75 and comes back; without the fence the same run finds stale writes", async () => {
    // One after the other: on a busy machine a node whose lease is so short may own nothing when it is frozen.
    const sound = await runChaos(...args);
    assert.equal(sound.code, 0, sound.output);
    assert.equal(sound.seen["staleAccepted"], 0);
    let broken = await runChaos(...args, "--broken", "fence");
    for (let seed = 2; broken.seen["staleAccepted"] === 0 && seed <= mostSeeds; seed += 1) {
      broken = await runChaos(...args, "--broken", "fence", "--seed", String(seed));
    }
    assert.equal(broken.code, 1, broken.output);
    assert.match(broken.output, /violated I1: .* was accepted after/);
  });
});
