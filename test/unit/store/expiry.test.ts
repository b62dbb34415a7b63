import assert from "node:assert/strict";
import type { Space } from "../../../src/store/index.ts";
import { openWithRows } from "./rows.ts";

describe("what a store keeps of things that are over", () => {
  const open = (): ReturnType<typeof openWithRows> & { readonly expiries: () => readonly string[] } => {
    const opened = openWithRows({ retainMs: 60_000, retainDeadMs: 60_000 });
    return { ...opened, expiries: () => opened.rows("expiry/") };
  };

  it("has one expiry entry of a lease, however often it is acquired, and none once it is released", async () => {
    const { space, expiries } = open();
    for (let at = 0; at < 20; at += 1) assert.ok(await space.leases.acquire("l", "a", 10_000 + at));
    assert.equal(expiries().length, 1);
    const lease = await space.leases.acquire("l", "a", 5_000);
    assert.ok(lease);
    assert.ok(await space.leases.renew(lease, 90_000));
    assert.ok(await space.leases.release(lease));
    assert.deepEqual(expiries(), []);
  });

  it("has one expiry entry of a record, however often it is put, and none once it is deleted", async () => {
    const { space, expiries, clock } = open();
    for (let at = 0; at < 20; at += 1) {
      clock.advance(1);
      await space.commit(undefined, [{ type: "put", key: "k", value: at, expiresInMs: 10_000 }]);
    }
    assert.equal(expiries().length, 1);
    await space.commit(undefined, [{ type: "put", key: "k", value: 0 }]);
    assert.deepEqual(expiries(), []);
    await space.commit(undefined, [
      { type: "put", key: "k", value: 0, expiresInMs: 10 },
      { type: "delete", key: "k" },
    ]);
    assert.deepEqual(expiries(), []);
  });

  it("forgets a limit whose grants ran out although nobody asks for it again", async () => {
    const { space, rows, clock } = open();
    for (let at = 0; at < 50; at += 1) {
      await space.limits.reserve(`host-${at}`, { n: 3, concurrent: 3, leaseMs: 1_000 });
    }
    for (let minute = 0; minute < 3; minute += 1) {
      clock.advance(61_000);
      await space.queue.add("work", [{ id: `i${minute}`, body: 0 }]);
    }
    assert.deepEqual([...rows("limit/"), ...rows("grant/")], []);
  });

  const large = Array.from({ length: 1_000 }, (_, at) => at);
  for (const [what, work] of [
    [
      "cancelled one by one",
      async (space: Space, ids: readonly string[]): Promise<void> => {
        await space.queue.add(
          "work",
          ids.map((id) => ({ id, body: 0 })),
        );
        await space.queue.cancel("work", ids);
      },
    ],
    [
      "cancelled by their group",
      async (space: Space, ids: readonly string[]): Promise<void> => {
        const group = ids[0] ?? "";
        await space.queue.add(
          "work",
          ids.map((id) => ({ id, body: 0, group })),
        );
        await space.groups.cancel(group);
      },
    ],
    [
      "put for a time",
      async (space: Space, ids: readonly string[]): Promise<void> => {
        await space.commit(
          undefined,
          ids.map((key) => ({ type: "put", key, value: 0, expiresInMs: 60_000 })),
        );
      },
    ],
  ] as const) {
    it(`forgets as fast as things are made and end: ${what}`, async () => {
      const { space, expiries, clock } = open();
      for (let round = 0; round < 12; round += 1) {
        await work(
          space,
          large.map((at) => `r${round}-${at}`),
        );
        clock.advance(15_000);
      }
      assert.ok(
        expiries().length <= 6_100,
        `${expiries().length} things wait to be forgotten: four rounds are retained`,
      );
    });
  }
});
