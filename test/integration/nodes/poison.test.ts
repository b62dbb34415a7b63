import assert from "node:assert/strict";
import { poisonRun } from "../../chaos/scan/poison-run.ts";

describe("a template whose match kills its process (SCAN-18)", function () {
  this.timeout(300_000);

  it("is dead-lettered and named, and takes no other template along", async () => {
    const { scans, deadLetters, missing } = await poisonRun(2);
    assert.deepEqual(missing, []);
    assert.equal(deadLetters.length, 2, JSON.stringify(deadLetters));
    for (const letter of deadLetters) assert.match(letter, /poison/);
    for (const letter of deadLetters) assert.doesNotMatch(letter, /\bt\d/);
    assert.deepEqual(
      scans.map(({ state, subtasks }) => ({ state, dead: subtasks.dead })),
      [
        { state: "done", dead: 1 },
        { state: "done", dead: 1 },
      ],
    );
  });
});
