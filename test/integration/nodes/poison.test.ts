import assert from "node:assert/strict";
import { testsBuilt } from "../../support/built.ts";
import { runChaos } from "../../support/chaos-run.ts";

describe("a template whose match kills its process (SCAN-18)", function () {
  this.timeout(240_000);
  before(testsBuilt);

  it("is dead-lettered and named, and takes no other template along", async () => {
    const { code, seen, output } = await runChaos("poison", "--scans", "1");
    assert.equal(code, 0, output);
    assert.deepEqual(seen["missing"], []);
    assert.equal((seen["deadLetters"] as readonly string[]).length, 1, output);
    assert.match(String(seen["deadLetters"]), /templates: poison$/);
  });
});
