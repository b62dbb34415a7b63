import assert from "node:assert/strict";
import { grows } from "../../../src/store/model/growth.ts";
import * as work from "../../../src/store/redis/calls/work.ts";
import { commit } from "../../../src/store/redis/calls/commit.ts";
import { orderGroup, sweepGroup } from "../../../src/store/redis/calls/groups.ts";
import { acquire, releaseLease, renew, seize } from "../../../src/store/redis/calls/leases.ts";
import { releaseSlots, reserve } from "../../../src/store/redis/calls/limits.ts";
import type { CommandName, Commands } from "../../../src/store/model/commands.ts";
import type { Call } from "../../../src/store/redis/calls/call.ts";

const claim = { queue: "q", id: "i", token: 1 };
const lease = { name: "l", token: 1 };
const item = { id: "i", body: "1", priority: 100, delayMs: 0 };

/** One command of a kind, and what the suites of both stores have to agree on. */
const check = <Name extends CommandName>(
  name: Name,
  input: Commands[Name]["input"],
  call: Call<Commands[Name]["input"], Commands[Name]["output"]>,
): boolean => {
  const adds = grows(name, input);
  assert.equal(call.flag(input), adds ? undefined : "allow-oom", `${name}: Redis treats it otherwise`);
  return adds;
};

describe("what a store without room takes", () => {
  it("is refused when it adds, on LMDB as on Redis", () => {
    assert.ok(check("add", { queue: "q", items: [item] }, work.add));
    assert.ok(check("reserve", { key: "k", n: 1 }, reserve));
    const put = { type: "put", key: "k", value: "1" } as const;
    const finish = { type: "finish", claim, outcome: "done", result: undefined } as const;
    assert.ok(check("commit", { guard: undefined, changes: [finish, put] }, commit));
    assert.ok(check("commit", { guard: undefined, changes: [{ type: "checkpoint", claim, data: "1" }] }, commit));
    assert.ok(check("commit", { guard: undefined, changes: [{ type: "add", queue: "q", item }] }, commit));
  });

  it("passes when it hands out, prolongs, gives back or ends", () => {
    const owner = { owner: "me", slots: 1, leaseMs: 1, holding: 0 };
    const passed = [
      check("claim", { queue: "q", ...owner }, work.claim),
      check("extend", { claims: [claim], leaseMs: 1 }, work.extend),
      check("cancel", { queue: "q", ids: ["i"] }, work.cancel),
      check("replay", { queue: "q", ids: ["i"] }, work.replay),
      check("orderGroup", { group: "g", order: "cancel" }, orderGroup),
      check("sweepGroup", { group: "g" }, sweepGroup),
      check("acquire", { name: "l", owner: "me", ttlMs: 1 }, acquire),
      check("seize", { lease, owner: "me", ttlMs: 1 }, seize),
      check("renew", { lease, ttlMs: 1 }, renew),
      check("releaseLease", lease, releaseLease),
      check("releaseSlots", { key: "k", slots: ["s"] }, releaseSlots),
      check(
        "commit",
        {
          guard: undefined,
          changes: [
            { type: "finish", claim, outcome: "done", result: undefined },
            { type: "release", claim, reason: "returned", delayMs: 0, error: undefined },
            { type: "delete", key: "k", expectedVersion: undefined },
          ],
        },
        commit,
      ),
    ];
    assert.ok(passed.every((adds) => !adds));
  });
});
