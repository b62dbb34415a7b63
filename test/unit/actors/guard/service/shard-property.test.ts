import assert from "node:assert/strict";
import { runShard } from "../../../../support/guard/shard-property/run.ts";
import { seedOf } from "../../../../support/seed.ts";

describe("shard of interception against an exact counter", function () {
  this.timeout(120_000);

  it("has no false block, misses nobody and counts nothing twice, whatever fails and whoever takes over", async () => {
    const did = await runShard(seedOf(), 500);
    // The run was not too easy.
    assert.ok(did.crossings > 30, JSON.stringify(did));
    assert.ok(did.takeovers > 10 && did.failed > 40 && did.repeated > 10, JSON.stringify(did));
  });
});
