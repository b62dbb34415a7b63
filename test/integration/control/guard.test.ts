import assert from "node:assert/strict";
import { Feed, GuardDesk, guardKind, Rules, type ShardMessage } from "../../../src/actors/guard/index.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { systemRandom } from "../../../src/base/random.ts";
import { shardOf } from "../../../src/cluster/index.ts";
import type { GarrisonClient } from "../../../src/client/index.ts";
import { parseInterceptRule } from "../../../src/engines/intercept/index.ts";
import { ActorSystem } from "../../../src/kernel/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../src/store/memory/index.ts";
import { CapturedLog } from "../../support/captured-log.ts";
import { ScriptedShards } from "../../support/guard/scripted-shards.ts";
import { callerTokens, ControlNode } from "./control-node.ts";

const settings = { shards: guardKind.shards, slotMs: 10, v6PrefixBits: 64, neverBlock: [] };
const rule = parseInterceptRule({
  ...{ number: 1, name: "logins", subject: "account", threshold: 10, windowMs: 1_000, blockMs: 1_000 },
});
const block = {
  ...{
    blockId: "b-1",
    subject: { field: "ip", subject: "192.0.2.7" },
    action: "deny" as const,
    blockMs: 1_000,
    reason: "test",
  },
} as const;

describe("the guard's service", () => {
  let node: ControlNode;
  let shards: ScriptedShards;
  let feed: Feed;
  beforeEach(async () => {
    const clock = systemClock;
    const system = new ActorSystem({ node: "node-1", log: new CapturedLog().logger });
    shards = new ScriptedShards(system, answer);
    const space = openMemoryStore(createMemoryDatabase({ clock })).space("guard");
    feed = new Feed({ settings, clock });
    const guard = new GuardDesk({ shards, settings, rules: new Rules(space, systemRandom), feed, clock });
    node = await ControlNode.start({ system: () => system, setup: { guard } });
  });
  afterEach(() => node.stop());

  const as = (name: keyof typeof callerTokens): GarrisonClient["guard"] =>
    node.client({ token: callerTokens[name] }).guard;
  const reportOf = (proxy: string): Parameters<GarrisonClient["guard"]["report"]>[0] => {
    const row = { rule: 1, subject: "ada", value: undefined, atMs: 10, passed: 1, intercepted: 0 };
    const part = { shard: shardOf("ada", guardKind.shards), sequence: 1, rows: [row] };
    return { proxy, incarnation: "i", parts: [part], dropped: 0 };
  };
  const { signal } = new AbortController();
  const denied = (call: Promise<unknown>): Promise<void> => assert.rejects(call, { code: "permission-denied" });

  it("takes reports of reporters and operators alone, each under a name that no other caller has", async () => {
    const outcome = { shard: shardOf("ada", guardKind.shards), sequence: 1, problem: undefined };
    assert.deepEqual(await as("rita").report(reportOf("front-1"), signal), [outcome]);
    assert.deepEqual(await as("opal").report(reportOf("front-1"), signal), [outcome]);
    await denied(as("viv").report(reportOf("front-1"), signal));
    assert.deepEqual(
      shards.heard.map(({ message }) => message.type === "report" && message.from.proxy),
      ["front-1@rita", "front-1@opal"],
    );
    const strange = reportOf("front-1").parts.map((part) => ({ ...part, shard: (part.shard + 1) % guardKind.shards }));
    await assert.rejects(as("rita").report({ ...reportOf("front-1"), parts: strange }, signal), {
      code: "invalid",
      message: /parts\.0\.rows\.0\.subject/,
    });
  });

  it("lets only operators change something, and writes that down", async () => {
    for (const name of ["rita", "viv"] as const) {
      await denied(as(name).putRule(rule));
      await denied(as(name).deleteRule(1));
      await denied(as(name).block(block));
      await denied(as(name).unblock(block.subject));
      await denied(as(name).settle("b-1", true));
    }
    await denied(as("rita").stats());
    await denied(as("rita").listRules());
    await denied(as("rita").indications());
    await as("opal").putRule(rule);
    assert.deepEqual(await as("opal").block(block), { pending: "", untilMs: 5 });
    assert.deepEqual(await as("opal").unblock(block.subject), { ended: 1 });
    assert.deepEqual(await as("opal").settle("b-1", false), { untilMs: 0 });
    await as("opal").deleteRule(1);
    await as("rita").report(reportOf("front-1"), signal);
    const { records } = await node.client().control.audit();
    const done = records.filter(({ outcome }) => outcome === "ok").toReversed();
    assert.deepEqual(
      done.map(({ call, caller, subject }) => [call.split("/").at(-1), caller, subject]),
      [
        ["PutRule", "opal", "rule 1"],
        ["Block", "opal", "ip 192.0.2.7 (b-1)"],
        ["Unblock", "opal", "ip 192.0.2.7"],
        ["SettleBlock", "opal", "b-1"],
        ["DeleteRule", "opal", "rule 1"],
      ],
    );
    const asked = shards.heard.find(({ message }) => message.type === "block")?.message;
    assert.ok(asked?.type === "block" && asked.order.by === "opal");
  });

  it("says of a shard that is silent nothing but that", async () => {
    const stats = await as("viv").stats();
    assert.deepEqual(
      stats.map(({ node: owner, subjects }) => [owner, subjects]),
      Array.from({ length: guardKind.shards }, (_, shard) => {
        const known = shard !== 2 && shard !== 7;
        return [known ? `node-${shard % 3}` : "", shard === 2 ? 0 : shard];
      }),
    );
  }).timeout(10_000);

  it("feeds who subscribes, and ends that when the node ends", async () => {
    feed.setRules([rule]);
    const put = [{ rule: 1, field: "account", subject: "ada", action: "deny", shadow: false, untilMs: 9 } as const];
    feed.apply(3, { type: "changes", afterSequence: 0, sequence: 1, anew: false, put, dropped: [], more: false });
    const request = { proxy: "front-1", rules: [], positions: [] };
    const messages = as("rita").subscribe(request, signal)[Symbol.asyncIterator]();
    assert.deepEqual((await messages.next()).value, { type: "settings", ...settings });
    assert.deepEqual((await messages.next()).value, { type: "rules", rules: [rule] });
    const changes: unknown = (await messages.next()).value;
    assert.deepEqual((changes as { put: unknown }).put, put);
    const next = messages.next();
    const ended = assert.rejects(next, { code: "unavailable" });
    feed.close();
    await ended;
  });
});

const answer = (message: ShardMessage, shard: number): void => {
  switch (message.type) {
    case "report": {
      const outcomes = message.parts.map(({ sequence }) => ({ shard, sequence, problem: undefined }));
      return void message.replyTo.tell({ type: "reported", outcomes });
    }
    case "block":
      return void message.replyTo.tell({ type: "blocked", untilMs: 5 });
    case "unblock":
      return void message.replyTo.tell({ type: "unblocked", ended: 1 });
    case "settle":
      return void message.replyTo.tell(
        shard === 1 ? { type: "dropped" } : { type: "refused", code: "not-found", message: "none" },
      );
    case "stats":
      // One is silent.
      if (shard === 2) return;
      return void message.replyTo.tell({
        ...{ type: "stats", shard, subjects: shard, active: 0, pending: 0, passed: 0, intercepted: 0, late: 0 },
        ...{ uncounted: 0, repeatedParts: 0, crossings: 0, sequence: 0 },
      });
    case "follow":
    case "list":
    case "rules-changed":
      return;
  }
};
