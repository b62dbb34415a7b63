import assert from "node:assert/strict";
import { splitChanges } from "../../../../src/actors/scan/probes/split-subtask.ts";
import { parseSubtask, subtaskQueue, taskQueue, type ScanSubtask } from "../../../../src/actors/scan/work.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { specOf } from "../../../support/scan-node.ts";

describe("a subtask that is split", () => {
  it("fits into one commit whatever its size, and no template is left out", async () => {
    const space = openMemoryStore(createMemoryDatabase({ clock: new ManualClock() })).space("scan");
    const templates = Array.from({ length: 3_000 }, (_, at) => `t${at}`);
    const options = { variables: { large: "x".repeat(8_000), also: "y".repeat(8_000) } };
    const whole: ScanSubtask = { ...specOf("a", options), taskId: "a", priority: 100, templates, requests: 3_000 };
    await space.queue.add(subtaskQueue, [{ id: "a.000000", body: whole, group: "a" }]);
    const request = { queue: subtaskQueue, owner: "n", leaseMs: 60_000, holding: 0 };
    const [claim] = (await space.queue.claim({ ...request, slots: 1 })).claims;
    assert.ok(claim !== undefined && claim.queue !== taskQueue);
    const singles = templates.map((id) => ({ templates: [id], requests: 1 }));
    await space.commit({ type: "claim", claim }, splitChanges(claim, whole, singles));
    const parts: ScanSubtask[] = [];
    for (;;) {
      const { claims } = await space.queue.claim({ ...request, slots: 1_000 });
      if (claims.length === 0) break;
      parts.push(...claims.map(({ body }) => parseSubtask(body)));
    }
    assert.deepEqual(
      parts.flatMap((part) => part.templates),
      templates,
    );
    assert.equal(
      parts.reduce((sum, { requests }) => sum + requests, 0),
      3_000,
    );
    assert.ok(parts.length > 100);
  });
});
