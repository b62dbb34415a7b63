import assert from "node:assert/strict";
import { killRun } from "../../chaos/respond/kill-run.ts";
import { built } from "../../support/built.ts";

describe("runs whose nodes and processes are killed (SOAR-9, SOAR-10)", function () {
  this.timeout(240_000);
  before(built);

  it("end or wait for a person, without doing twice what must not be or what was kept", async () => {
    const options = {
      nodes: 2,
      runs: 10,
      kills: 3,
      seed: 3,
      store: "lmdb",
      files: "built",
      say: () => undefined,
    } as const;
    const { violations, ledger, ...seen } = await killRun(options);
    assert.deepEqual(violations, [], JSON.stringify(seen));
    assert.deepEqual(
      { ...ledger, takeoverMs: 0 },
      { system: "respond", planned: 10, done: 10, doneTwice: 0, lost: 0, restarts: 3, takeoverMs: 0 },
    );
    assert.ok(seen.resumed >= 1 && seen.processesKilled >= 1, JSON.stringify(seen));
  });
});
