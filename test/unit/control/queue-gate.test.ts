import assert from "node:assert/strict";
import { ControlError } from "../../../src/control/index.ts";
import { QueueGate } from "../../../src/control/scans/queue-gate.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../src/store/memory/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";

describe("a bounded queue", () => {
  it("takes no more once as many wait as may, held ones included, and again when there is room", async () => {
    const clock = new ManualClock();
    const space = openMemoryStore(createMemoryDatabase({ clock })).space("scan");
    const gate = new QueueGate(space.queue, "tasks", 3, clock);
    const full = (error: unknown): boolean =>
      error instanceof ControlError && error.code === "queue-full" && error.retryable;
    await gate.pass();
    await space.groups.hold("group");
    await space.queue.add("tasks", [
      { id: "held", body: null, group: "group" },
      { id: "late", body: null, delayMs: 60_000 },
      { id: "waiting", body: null },
    ]);
    clock.advance(500);
    await assert.rejects(gate.pass(), full);
    await space.queue.cancel("tasks", ["waiting"]);
    clock.advance(500);
    await gate.pass();
  });
});
