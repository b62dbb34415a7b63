import assert from "node:assert/strict";
import { Registry } from "prom-client";
import { ScanStatistics } from "../../../../src/control/http/scan-statistics.ts";
import { StoreStatistics } from "../../../../src/control/http/store-statistics.ts";
import { systemClock } from "../../../../src/base/clock.ts";
import { StoreError } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore, type Carry } from "../../../../src/store/memory/index.ts";
import { rejects } from "../../../support/rejects.ts";

const linesOf = async (statistics: { addTo(registry: Registry): void }): Promise<readonly string[]> => {
  const registry = new Registry();
  statistics.addTo(registry);
  return (await registry.metrics()).split("\n");
};

describe("statistics of a node", () => {
  it("count the calls of the store and why they failed, those before the page was there included", async () => {
    const statistics = new StoreStatistics();
    let isFull = false;
    const carry: Carry = async (run) => {
      if (isFull) throw new StoreError("full", "no room", { retryable: true });
      return Promise.resolve(run());
    };
    const store = openMemoryStore(createMemoryDatabase({ clock: systemClock }), carry, statistics.observe);
    const { queue } = store.space("s");
    await queue.add("q", [{ id: "a", body: 1 }]);
    await queue.counts("q");
    isFull = true;
    await rejects(queue.add("q", [{ id: "b", body: 1 }]), "full");
    const lines = await linesOf(statistics);
    for (const line of [
      'garrison_store_call_seconds_count{call="add"} 2',
      'garrison_store_call_seconds_count{call="counts"} 1',
      'garrison_store_failures_total{call="add",code="full"} 1',
    ]) {
      assert.ok(lines.includes(line), `${line} is not in\n${lines.join("\n")}`);
    }
    await store.close();
  });

  it("count what the scan actors tell, by its kind", async () => {
    const statistics = new ScanStatistics();
    statistics.note({ type: "claim-lost", id: "a" });
    statistics.note({ type: "claim-lost", id: "b" });
    statistics.note({ type: "probe-restarted", probe: 1, killed: true });
    const lines = await linesOf(statistics);
    assert.ok(lines.includes('garrison_scan_events_total{event="claim-lost"} 2'), lines.join("\n"));
    assert.ok(lines.includes('garrison_scan_events_total{event="probe-restarted"} 1'), lines.join("\n"));
  });
});
