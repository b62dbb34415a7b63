import assert from "node:assert/strict";
import { detectKillRun } from "../../chaos/detect/kill-run.ts";
import { built } from "../../support/built.ts";

describe("tasks whose detectors, relays and centres are killed (RELAY-5, RELAY-16)", function () {
  this.timeout(300_000);
  before(built);

  it("are decided once each, from answers that were given, and leave nothing behind", async () => {
    const options = { tasks: 32, kills: 4, minutes: 4, seed: 1, store: "lmdb", files: "built" } as const;
    const { violations, ...seen } = await detectKillRun({ ...options, say: () => undefined });
    assert.deepEqual(violations, [], JSON.stringify(seen));
    const { decided, degraded, downloadsAgain, leftOver } = seen;
    assert.deepEqual(
      { decided, degraded, downloadsAgain, leftOver },
      { decided: 32, degraded: 0, downloadsAgain: 0, leftOver: 0 },
    );
    const hits = Object.values(seen.kills).filter(({ hit }) => hit > 0);
    assert.ok(hits.length >= 3, JSON.stringify(seen.kills));
  });
});
