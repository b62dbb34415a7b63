import assert from "node:assert/strict";
import { createMemoryDatabase, openMemoryStore } from "../../../src/store/memory/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";

describe("an order to a group whose caller dies after the first step", () => {
  const count = 2_000;
  const request = { queue: "work", owner: "n", slots: 10, leaseMs: 1_000, holding: 0 };

  for (const [order, status] of [
    ["hold", "held"],
    ["cancel", "cancelled"],
  ] as const) {
    it(`${order}: hands out nothing from then on, and claims carry it to its end`, async () => {
      const database = createMemoryDatabase({ clock: new ManualClock() });
      const { queue } = openMemoryStore(database).space("s");
      for (let at = 0; at < count; at += 1_000) {
        await queue.add(
          "work",
          Array.from({ length: 1_000 }, (_, index) => ({ id: `i${at + index}`, body: 0, group: "g" })),
        );
      }
      database.execute("s", "orderGroup", { group: "g", order });
      for (let claims = 0; (await queue.counts("work"))[status] < count; claims += 1) {
        assert.ok(claims < 10, "claims make no headway");
        assert.deepEqual((await queue.claim(request)).claims, []);
      }
    });
  }
});
