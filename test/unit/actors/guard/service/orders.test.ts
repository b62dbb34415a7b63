import assert from "node:assert/strict";
import { parseInterceptRule, type InterceptRule } from "../../../../../src/engines/intercept/index.ts";
import { defaultCaps } from "../../../../../src/actors/guard/service/settings.ts";
import type { BlockOrder, BlockReply } from "../../../../../src/actors/guard/service/shard-message.ts";
import type { SettleReply } from "../../../../../src/actors/guard/service/interceptions/settle-block.ts";
import type { AccessRow } from "../../../../../src/shared-memory/index.ts";
import { ShardWorld } from "../../../../support/guard/shard-world.ts";

const ruleOf = (change: object = {}): InterceptRule =>
  parseInterceptRule({
    ...{ number: 1, name: "logins", subject: "account", threshold: 3, windowMs: 1_000, blockMs: 60_000 },
    ...change,
  });

describe("orders to a shard of the service of interception", () => {
  let world: ShardWorld;
  let sequence = 0;

  const begin = async (blocksPerMinute: number, rules = [ruleOf()]): Promise<void> => {
    world = new ShardWorld({ caps: { ...defaultCaps, blocksPerMinute, activeShare: 1 } });
    sequence = 0;
    for (const rule of rules) await world.rules.put(rule);
    await world.take();
  };
  afterEach(() => world.end());

  const report = async (rows: readonly Partial<AccessRow>[]): Promise<void> => {
    const usual = { rule: 1, subject: "eve", value: undefined, atMs: world.nowMs, passed: 9, intercepted: 0 };
    const part = { shard: 3, sequence: (sequence += 1), rows: rows.map((row) => ({ ...usual, ...row })) };
    const [outcome] = await world.report({ proxy: "host-1", incarnation: "one", parts: [part] });
    assert.equal(outcome?.problem, undefined);
  };
  const block = (change: Partial<BlockOrder> = {}): Promise<BlockReply> => {
    const order: BlockOrder = {
      ...{ blockId: "b-1", field: "account", subject: "kay", action: "deny", blockMs: 3_600_000 },
      ...{ reason: "seen in the logs", by: "ann", cause: undefined },
      ...change,
    };
    return world.ask<BlockReply>((replyTo) => ({ type: "block", order, replyTo }));
  };
  const settle = (blockId: string, approve: boolean): Promise<SettleReply> =>
    world.ask<SettleReply>((replyTo) => ({ type: "settle", blockId, approve, by: "bea", replyTo }));
  const codeOf = (reply: SettleReply): string => (reply.type === "refused" ? reply.code : reply.type);
  const active = async (): Promise<readonly string[]> => (await world.list("active")).map(({ subject }) => subject);
  const waitingOf = async (subject: string): Promise<string> =>
    (await world.list("pending")).find((one) => one.subject === subject)?.blockId ?? "";

  it("does not call one subject blocked because another one was, under the same id", async () => {
    await begin(1);
    assert.equal((await block()).type, "blocked");
    assert.equal(codeOf(await block({ subject: "bob" })), "conflict");
    assert.equal((await block({ blockId: "b-2", subject: "bob" })).type, "pending");
    assert.equal(codeOf(await block({ blockId: "b-2", subject: "joe" })), "conflict");
    await report([{ subject: "eve" }]);
    const ofRule = await waitingOf("eve");
    assert.equal(codeOf(await block({ blockId: ofRule, subject: "joe" })), "conflict");
    assert.equal(await waitingOf("eve"), ofRule);
    assert.deepEqual(await active(), ["kay"]);
  });

  it("does not put a block into force that its rule does not want any more", async () => {
    await begin(1);
    await report([{ subject: "first" }, { subject: "eve" }]);
    const blockId = await waitingOf("eve");
    await world.rules.put(ruleOf({ shadow: true }));
    await world.kernel.advance(1_500);
    assert.deepEqual(await world.list("pending"), []);
    assert.equal(codeOf(await settle(blockId, true)), "conflict");
    assert.deepEqual(await active(), []);
  });

  it("takes a rule that was deleted and is put again for another one, however soon that is", async () => {
    await begin(2, [ruleOf({ escalateMs: [120_000] })]);
    await report([{ subject: "first" }, { subject: "eve" }, { subject: "bob" }]);
    assert.deepEqual(await active(), ["first", "eve"]);
    assert.notEqual(await waitingOf("bob"), "");
    await world.rules.delete(1);
    await world.rules.put(ruleOf({ escalateMs: [120_000] }));
    await world.kernel.advance(1_500);
    assert.deepEqual(await world.list(), []);
    await world.kernel.advance(60_000);
    await report([{ subject: "bob" }, { subject: "eve" }]);
    const again = (await world.list("active")).map(({ subject, offence, untilMs }) => [
      subject,
      offence,
      untilMs - world.nowMs,
    ]);
    assert.deepEqual(again, [
      ["bob", 1, 60_000],
      ["eve", 1, 60_000],
    ]);
    await world.rules.put(ruleOf({ escalateMs: [180_000], windowMs: 2_000 }));
    await world.kernel.advance(1_500);
    assert.deepEqual(await active(), ["bob", "eve"]);
  });

  it("does not make a block weaker by one that has waited", async () => {
    await begin(1);
    await block();
    assert.equal((await block({ blockId: "b-2", subject: "eve", action: "challenge" })).type, "pending");
    await world.kernel.advance(61_000);
    assert.equal((await block({ blockId: "b-3", subject: "eve" })).type, "blocked");
    assert.equal(codeOf(await settle("b-2", true)), "blocked");
    assert.equal((await world.list("active")).find(({ subject }) => subject === "eve")?.action, "deny");
  });

  it("counts nothing for a subject without a name, whom nobody could unblock", async () => {
    await begin(100);
    await report([{ subject: "" }]);
    assert.deepEqual(await world.list(), []);
    assert.deepEqual(await world.events(), []);
    const stats = await world.ask<{ readonly uncounted: number }>((replyTo) => ({
      type: "stats",
      replyTo,
    }));
    assert.equal(stats.uncounted, 9);
  });

  it("ends what holds against a subject of which many rules count a long name", async () => {
    const subject = "\u0001".repeat(256);
    await begin(
      10_000,
      Array.from({ length: 256 }, (_, at) => ruleOf({ number: at + 1, name: `rule-${at}`, threshold: 1 })),
    );
    await report(Array.from({ length: 256 }, (_, at) => ({ rule: at + 1, subject })));
    const ended = await world.ask<{ readonly type: string; readonly ended?: number }>((replyTo) => ({
      ...{ type: "unblock", field: "account", subject, by: "ann", cause: undefined },
      replyTo,
    }));
    assert.deepEqual(ended, { type: "unblocked", ended: 256 });
    await world.take();
    assert.deepEqual(await active(), []);
  });

  it("takes an IPv6 address that a rule allows for the network for which it is counted", async () => {
    await begin(100, [ruleOf({ subject: "ip", allow: ["2001:db8:1::5"] })]);
    await report([{ subject: "2001:db8:1::/64" }, { subject: "2001:db8:2::/64" }]);
    assert.deepEqual(await active(), ["2001:db8:2::/64"]);
  });

  it("drops all interceptions of a deleted rule at once, however many they are", async () => {
    await begin(100_000);
    await report(Array.from({ length: 2_000 }, (_, at) => ({ subject: `s-${at}` })));
    assert.equal((await active()).length, 2_000);
    await world.rules.delete(1);
    await world.kernel.advance(1_500);
    assert.equal((await active()).length, 0);
  });
});
