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

  it("cancel: the last end adds the onComplete item, also when it is a claim of many that ends it", async () => {
    const database = createMemoryDatabase({ clock: new ManualClock() });
    const { queue, commit, groups } = ((space) => ({
      queue: space.queue,
      groups: space.groups,
      commit: space.commit.bind(space),
    }))(openMemoryStore(database).space("s"));
    const members = Array.from({ length: 1_500 }, (_, at) => ({ id: `i${at}`, body: 0, group: "g" }));
    await queue.add("work", members.slice(0, 1_000));
    await queue.add("work", members.slice(1_000));
    await commit(undefined, [{ type: "seal", group: "g", onComplete: { queue: "merge", item: { id: "m", body: 0 } } }]);
    database.execute("s", "orderGroup", { group: "g", order: "cancel" });
    for (let claims = 0; (await queue.counts("work")).cancelled < members.length; claims += 1) {
      assert.ok(claims < 10, "claims make no headway");
      assert.deepEqual((await queue.claim({ ...request, slots: 1_000 })).claims, []);
    }
    assert.equal((await groups.get("g"))?.complete, true);
    assert.equal((await queue.counts("merge")).waiting, 1);
  });
});
