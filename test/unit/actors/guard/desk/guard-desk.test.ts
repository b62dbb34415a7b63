import assert from "node:assert/strict";
import { seededRandom } from "../../../../../src/base/random.ts";
import { shardOf } from "../../../../../src/cluster/index.ts";
import { Feed, GuardDesk, guardKind, InterceptionError, Rules } from "../../../../../src/actors/guard/index.ts";
import type { InterceptionErrorCode, ListedIndication, ShardMessage } from "../../../../../src/actors/guard/index.ts";
import type { GuardReport, ReportPart } from "../../../../../src/actors/guard/guard-port.ts";
import { parseInterceptRule } from "../../../../../src/engines/intercept/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../../src/store/memory/index.ts";
import { ScriptedShards, type ShardScript } from "../../../../support/guard/scripted-shards.ts";
import { TestKernel } from "../../../../support/kernel.ts";

const { shards } = guardKind;
const { signal } = new AbortController();
const askMs = 1_000;

/** A subject of a shard. */
const subjectOf = (shard: number, length = 0): string => {
  for (let at = 0; ; at += 1) {
    const subject = `user-${at}`.padEnd(length, "x");
    if (shardOf(subject, shards) === shard) return subject;
  }
};
const part = (shard: number, sequence: number, rows = 1, length = 0): ReportPart => {
  const subject = subjectOf(shard, length);
  const row = { rule: 1, subject, value: length === 0 ? undefined : subject, atMs: 10, passed: 1, intercepted: 0 };
  return { shard, sequence, rows: Array.from({ length: rows }, () => row) };
};
const reportOf = (...parts: readonly ReportPart[]): GuardReport => ({
  proxy: "a",
  incarnation: "i",
  parts,
  dropped: 0,
});
const order = (field: string, subject: string): Parameters<GuardDesk["block"]>[0] => ({
  ...{ blockId: "b", field, subject, action: "deny", blockMs: 1_000, reason: "", by: "opal", cause: undefined },
});
const stored: ShardScript = (message, shard) => {
  if (message.type !== "report") return;
  const outcomes = message.parts.map(({ sequence }) => ({ shard, sequence, problem: undefined }));
  message.replyTo.tell({ type: "reported", outcomes });
};
const fails = (call: Promise<unknown>, code: InterceptionErrorCode, place = /./): Promise<void> =>
  assert.rejects(
    call,
    (error) => error instanceof InterceptionError && error.code === code && place.test(error.message),
  );

describe("the desk of the guard", () => {
  let kernel: TestKernel;
  let world: ScriptedShards;
  let desk: GuardDesk;
  beforeEach(() => {
    kernel = new TestKernel("nact");
    const { clock, system } = kernel;
    world = new ScriptedShards(system, stored);
    const space = openMemoryStore(createMemoryDatabase({ clock })).space("guard");
    const neverBlock = [
      { field: "ip", subject: "10.0.0.0/8" },
      { field: "account", subject: "root" },
    ];
    const settings = { shards, slotMs: 10, v6PrefixBits: 64, neverBlock };
    const feed = new Feed({ settings, clock });
    desk = new GuardDesk({ shards: world, settings, rules: new Rules(space, seededRandom(1)), feed, clock, askMs });
  });
  afterEach(() => kernel.system.stop());

  const heard = <Type extends ShardMessage["type"]>(type: Type): readonly Extract<ShardMessage, { type: Type }>[] =>
    world.heard
      .map(({ message }) => message)
      .filter((message): message is Extract<ShardMessage, { type: Type }> => message.type === type);

  it("gives each shard its parts in order, and says what became of each", async () => {
    const outcomes = await kernel.complete(desk.report(reportOf(part(3, 1), part(5, 7), part(3, 2)), signal));
    assert.deepEqual(outcomes, [
      { shard: 3, sequence: 1, problem: undefined },
      { shard: 5, sequence: 7, problem: undefined },
      { shard: 3, sequence: 2, problem: undefined },
    ]);
    const reports = heard("report");
    assert.deepEqual(
      reports.map(({ from, parts }) => [from, parts.map(({ shard, sequence }) => `${shard}/${sequence}`)]),
      [
        [{ proxy: "a", incarnation: "i" }, ["3/1", "3/2"]],
        [{ proxy: "a", incarnation: "i" }, ["5/7"]],
      ],
    );
  });

  it("divides parts that would not fit into one message between nodes, and sends none after one that is not stored", async () => {
    // 200 rows of 2 × 256 bytes and what is beside: 110 KiB each.
    const big = [1, 2, 3].map((sequence) => part(3, sequence, 200, 256));
    await kernel.complete(desk.report(reportOf(...big), signal));
    assert.deepEqual(
      heard("report").map(({ parts }) => parts.length),
      [1, 1, 1],
    );
    world.heard.length = 0;
    world.script((message, shard) => {
      if (message.type !== "report") return;
      const outcomes = message.parts.map(({ sequence }) => ({
        ...{ shard, sequence, problem: sequence === 2 ? "the store is full" : undefined },
      }));
      message.replyTo.tell({ type: "reported", outcomes });
    });
    const outcomes = await kernel.complete(desk.report(reportOf(...big, part(4, 1)), signal));
    assert.deepEqual(
      outcomes.map(({ problem }) => problem),
      [undefined, "the store is full", "one before it is not stored", undefined],
    );
    assert.equal(heard("report").length, 3);
  });

  it("says of a shard that does not answer in time, or fails, that its parts are to be sent again, and of the others what became of them", async () => {
    world.script((message, shard) => {
      if (shard === 3) return;
      if (shard === 4) throw new Error("as asked");
      stored(message, shard);
    });
    const beganMs = kernel.clock.monotonicMs();
    const outcomes = await kernel.complete(desk.report(reportOf(part(3, 1), part(4, 1), part(5, 1)), signal));
    assert.deepEqual(
      outcomes.map(({ problem }) => problem === undefined),
      [false, false, true],
    );
    assert.match(outcomes[0]?.problem ?? "", /shard 3 .*ask-timeout/);
    assert.match(outcomes[1]?.problem ?? "", /shard 4 .*handler-failed/);
    assert.ok(kernel.clock.monotonicMs() - beganMs <= askMs + 10);
  });

  it("refuses a report that breaks a bound, with the place, and counts nothing of it", async () => {
    const [row] = part(3, 1).rows;
    assert.ok(row !== undefined);
    const strange = { ...part(3, 1), rows: [row, { ...row, subject: subjectOf(4) }] };
    await fails(
      desk.report(reportOf(part(5, 1), strange), signal),
      "invalid",
      /^parts\.1\.rows\.1\.subject: .*shard 4, not 3/,
    );
    await fails(desk.report(reportOf(part(3, 2), part(3, 2)), signal), "invalid", /^parts\.1\.sequence/);
    await fails(desk.report(reportOf({ ...part(3, 1), shard: 8 }), signal), "invalid", /^parts\.0\.shard/);
    await fails(desk.report(reportOf(), signal), "invalid", /^parts/);
    await fails(desk.report(reportOf(part(3, 1, 300, 256)), signal), "invalid", /^parts\.0\.rows: .*bytes/);
    const long = { ...row, value: "ß".repeat(129) };
    await fails(desk.report(reportOf({ ...part(3, 1), rows: [long] }), signal), "invalid", /rows\.0\.value/);
    assert.deepEqual(world.heard, []);
  });

  it("brings a subject into the spelling of front ends, asks its shard, and refuses who is never to be blocked", async () => {
    world.script((message) => {
      if (message.type === "block") message.replyTo.tell({ type: "blocked", untilMs: 5 });
      if (message.type === "unblock") message.replyTo.tell({ type: "unblocked", ended: 2 });
    });
    for (const [field, written, meant] of [
      ["ip", "192.0.2.7", "192.0.2.7"],
      ["ip", "::ffff:192.0.2.7", "192.0.2.7"],
      ["ip", "192.0.2.7/24", "192.0.2.0/24"],
      ["ip", "2001:DB8:0:0:1::1", "2001:db8::/64"],
      ["ip", "2001:db8::1/128", "2001:db8::1/128"],
      ["account", "192.0.2.7/24", "192.0.2.7/24"],
    ] as const) {
      world.heard.length = 0;
      assert.deepEqual(await kernel.complete(desk.block(order(field, written))), { type: "blocked", untilMs: 5 });
      assert.deepEqual(world.heard[0]?.shard, shardOf(meant, shards), written);
      assert.deepEqual(heard("block")[0]?.order, order(field, meant));
      const unblocked = desk.unblock({ field, subject: written, by: "opal", cause: { chain: ["e"] } });
      assert.deepEqual(await kernel.complete(unblocked), { type: "unblocked", ended: 2 });
      const [told] = heard("unblock");
      assert.deepEqual([told?.subject, told?.cause], [meant, { chain: ["e"] }]);
    }
    world.heard.length = 0;
    for (const [field, subject] of [
      ["ip", "10.1.2.3"],
      ["ip", "10.1.0.0/16"],
      ["account", "root"],
    ] as const) {
      const reply = await desk.block(order(field, subject));
      assert.ok(reply.type === "refused" && reply.code === "never-block", subject);
    }
    await fails(desk.block(order("ip", "nobody")), "invalid", /^subject/);
    await fails(desk.block(order("account", "")), "invalid", /^subject/);
    await fails(desk.block(order("account", "x".repeat(257))), "invalid", /^subject/);
    await fails(desk.block(order("Account", "x")), "invalid", /^field/);
    assert.deepEqual(world.heard, []);
    world.script(() => undefined);
    const lost = assert.rejects(desk.block(order("account", "ada")), { code: "unavailable", retryable: true });
    await kernel.complete(lost);
  });

  it("settles a block in whatever shard it waits, and does not say that there is none while a shard is silent", async () => {
    const none = { type: "refused", code: "not-found", message: "none" } as const;
    const settlement = { blockId: "b", approve: true, by: "opal" };
    world.script((message, shard) => {
      if (message.type === "settle") message.replyTo.tell(shard === 6 ? { type: "blocked", untilMs: 9 } : none);
    });
    assert.deepEqual(await kernel.complete(desk.settle(settlement)), { type: "blocked", untilMs: 9 });
    world.script((message, shard) => {
      if (message.type === "settle" && shard !== 2) message.replyTo.tell(none);
    });
    await kernel.complete(fails(desk.settle(settlement), "unavailable", /shard 2/));
    world.script((message) => {
      if (message.type === "settle") message.replyTo.tell(none);
    });
    await kernel.complete(fails(desk.settle(settlement), "not-found", /"b"/));
  });

  it("lists all shards in pages of any size, and fails where one is silent", async () => {
    const all = Array.from({ length: 300 }, (_, at): ListedIndication => {
      const subject = `user-${at}`;
      return {
        ...{ rule: 1, field: "account", subject, action: "deny", shadow: false, untilMs: 9, state: "active" },
        ...{ blockId: undefined, sinceMs: 1, offence: 1, reason: "", by: "" },
      };
    });
    const script: ShardScript = (message, shard) => {
      if (message.type !== "list") return;
      assert.ok(message.limit >= 1 && message.limit <= 100);
      assert.deepEqual([message.state, message.rule], ["active", 1]);
      const mine = shard === 4 ? [] : all.filter(({ subject }) => shardOf(subject, shards) === shard);
      const from = Number(message.after ?? 0);
      const to = from + message.limit;
      const next = to < mine.length ? String(to) : undefined;
      message.replyTo.tell({ type: "listed", indications: mine.slice(from, to), next });
    };
    const expected = all.filter(({ subject }) => shardOf(subject, shards) !== 4).map(({ subject }) => subject);
    for (const limit of [1, 7, 100, 1_000]) {
      world.script(script);
      const found: string[] = [];
      let after: string | undefined;
      do {
        const page = { state: "active", rule: 1, limit, ...(after === undefined ? {} : { after }) } as const;
        const { rows, next } = await kernel.complete(desk.indications(page));
        assert.ok(rows.length <= limit);
        found.push(...rows.map(({ subject }) => subject));
        after = next;
      } while (after !== undefined);
      assert.deepEqual(found.toSorted(), expected.toSorted());
    }
    world.script((message, shard) => {
      if (shard !== 6) script(message, shard);
    });
    await kernel.complete(
      fails(desk.indications({ state: "active", rule: 1, limit: 1_000 }), "unavailable", /shard 6/),
    );
    await fails(desk.indications({ after: "9:x" }), "invalid", /pageToken/);
    await fails(desk.indications({ after: "x" }), "invalid", /pageToken/);
  });

  it("shows each shard with its owner, and those whose owner is silent as not known", async () => {
    world.script((message, shard) => {
      if (message.type !== "stats" || shard === 1) return;
      message.replyTo.tell({
        ...{ type: "stats", shard, subjects: shard, active: 0, pending: 0, passed: 0, intercepted: 0, late: 0 },
        ...{ uncounted: 0, repeatedParts: 0, crossings: 0, sequence: 0 },
      });
    });
    const views = await kernel.complete(desk.shards());
    assert.deepEqual(
      views.map(({ shard, node, stats }) => [shard, node, stats?.subjects]),
      Array.from({ length: shards }, (_, shard) => [
        ...[shard, shard === 7 ? undefined : `node-${shard % 3}`, shard === 1 ? undefined : shard],
      ]),
    );
  });

  it("asks only the shards of a node where it is named", async () => {
    world.script(() => undefined);
    await kernel.complete(desk.shards("node-1"));
    assert.deepEqual(
      world.heard.map(({ shard }) => shard),
      [1, 4],
    );
  });

  it("keeps rules in the store, and tells all shards when they have changed", async () => {
    const input = { number: 3, name: "r", subject: "ip", threshold: 5, windowMs: 1_000, blockMs: 1_000 };
    const rule = parseInterceptRule(input);
    assert.equal(await desk.putRule(rule), true);
    assert.equal(await desk.putRule({ ...rule, threshold: 6 }), false);
    assert.deepEqual(await desk.listRules(), [{ ...rule, threshold: 6 }]);
    await desk.deleteRule(3);
    await fails(desk.deleteRule(3), "not-found");
    await assert.rejects(desk.putRule({ ...rule, windowMs: 0 }), { code: "invalid-rule" });
    await kernel.settle();
    assert.equal(heard("rules-changed").length, 3 * shards);
  });
});
