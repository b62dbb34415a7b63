import assert from "node:assert/strict";
import { testsBuilt } from "../../support/built.ts";
import { runChaos } from "../../support/chaos-run.ts";

const args = ["frozen", "--store", "redis", "--ttl-ms", "1000"] as const;

describe("what a node owned that is frozen for three lease TTLs, on Redis", function () {
  this.timeout(120_000);
  before(testsBuilt);

  it("is written by others, and no more by it: it ends with 75 and comes back; without the fence the same run finds stale writes", async () => {
    const [sound, broken] = await Promise.all([runChaos(...args), runChaos(...args, "--broken", "fence")]);
    assert.equal(sound.code, 0, sound.output);
    assert.equal(sound.seen["staleAccepted"], 0);
    assert.equal(broken.code, 1, broken.output);
    assert.match(broken.output, /violated I1: .* was accepted after/);
  });
});
