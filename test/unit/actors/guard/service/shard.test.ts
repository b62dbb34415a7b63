import assert from "node:assert/strict";
import { parseInterceptRule, type InterceptRule } from "../../../../../src/engines/intercept/index.ts";
import type { BlockOrder, BlockReply } from "../../../../../src/actors/guard/service/shard-message.ts";
import type { AccessRow } from "../../../../../src/shared-memory/index.ts";
import { defaultCaps } from "../../../../../src/actors/guard/service/settings.ts";
import { ShardWorld } from "../../../../support/guard/shard-world.ts";

const ruleOf = (change: object = {}): InterceptRule =>
  parseInterceptRule({
    number: 1,
    name: "logins",
    subject: "account",
    threshold: 3,
    windowMs: 1_000,
    blockMs: 60_000,
    escalateMs: [120_000],
    ...change,
  });

const orderOf = (change: Partial<BlockOrder> = {}): BlockOrder => ({
  blockId: "b-1",
  field: "ip",
  subject: "192.0.2.7",
  action: "deny",
  blockMs: 3_600_000,
  reason: "seen in the logs",
  by: "ann",
  cause: undefined,
  ...change,
});

describe("shard of the service of interception", () => {
  let world: ShardWorld;
  let sequence = 0;

  const begin = async (
    settings: ConstructorParameters<typeof ShardWorld>[0] = {},
    rules = [ruleOf()],
  ): Promise<void> => {
    world = new ShardWorld(settings);
    sequence = 0;
    for (const rule of rules) await world.rules.put(rule);
    await world.take();
  };
  afterEach(() => world.end());

  const row = (subject: string, passed = 1, change: Partial<AccessRow> = {}): AccessRow => ({
    rule: 1,
    subject,
    value: undefined,
    atMs: world.nowMs,
    passed,
    intercepted: 0,
    ...change,
  });
  const part = (rows: readonly AccessRow[], number = (sequence += 1)) => ({ shard: 3, sequence: number, rows });
  const report = async (rows: readonly AccessRow[], proxy = "host-1"): Promise<void> => {
    const outcomes = await world.report({ proxy, incarnation: "one", parts: [part(rows)] });
    assert.deepEqual(
      outcomes.map(({ problem }) => problem),
      [undefined],
    );
  };
  const block = (change: Partial<BlockOrder> = {}): Promise<BlockReply> =>
    world.ask<BlockReply>((replyTo) => ({ type: "block", order: orderOf(change), replyTo }));
  const unblock = (field: string, subject: string) =>
    world.ask<{ readonly type: string; readonly ended?: number }>((replyTo) => ({
      type: "unblock",
      field,
      subject,
      by: "ann",
      cause: undefined,
      replyTo: replyTo,
    }));
  const settle = (blockId: string, approve: boolean) =>
    world.ask<{ readonly type: string; readonly untilMs?: number; readonly code?: string }>((replyTo) => ({
      type: "settle",
      blockId,
      approve,
      by: "bea",
      replyTo: replyTo,
    }));
  const stats = () => world.ask<Record<string, number>>((replyTo) => ({ type: "stats", replyTo: replyTo as never }));
  const subjects = async (): Promise<readonly string[]> => (await world.list("active")).map(({ subject }) => subject);

  it("intercepts who exceeds a rule over several proxies, and raises one event (GUARD-6, GUARD-17, RT-6)", async () => {
    await begin();
    for (const proxy of ["a", "b", "c"]) {
      const outcomes = await world.report({ proxy, incarnation: "one", parts: [part([row("eve")], 1)] });
      assert.equal(outcomes[0]?.problem, undefined);
    }
    assert.deepEqual(await subjects(), []);
    await world.report({ proxy: "d", incarnation: "one", parts: [part([row("eve", 5), row("bob", 3)], 1)] });
    const [entry, ...more] = await world.list();
    assert.deepEqual(more, []);
    assert.equal(entry?.subject, "eve");
    assert.equal(entry.untilMs, world.nowMs + 60_000);
    assert.equal(entry.offence, 1);
    const events = await world.events();
    assert.equal(events.length, 1);
    assert.equal(events[0]?.kind, "crossing");
    assert.equal(events[0].ruleName, "logins");
    assert.deepEqual(events[0].key, { rule: 1, field: "account", subject: "eve" });
  });

  it("counts the first report at once, and what comes within a moment after it in one commit", async () => {
    await begin({ countEveryMs: 20 });
    const commits = Array.from({ length: 9 }, () => "none" as const);
    world.faults.push(...commits);
    const counted: string[] = [];
    const send = (proxy: string): void => {
      const reporting = world.owner.ask<unknown>(
        (replyTo) => ({
          ...{ type: "report", from: { proxy, incarnation: "one" }, parts: [part([row("eve")], 1)] },
          replyTo: replyTo as never,
        }),
        1_000,
      );
      void reporting.then(() => counted.push(proxy));
    };
    send("a");
    await world.kernel.settle();
    assert.deepEqual(counted, ["a"]);
    send("b");
    send("c");
    await world.kernel.settle();
    assert.deepEqual(counted, ["a"]);
    await world.kernel.advance(20);
    assert.deepEqual(counted, ["a", "b", "c"]);
    assert.equal(world.faults.length, commits.length - 2);
  });

  it("counts a part once that is sent again, also after its answer was lost (GUARD-14)", async () => {
    await begin();
    const first = { proxy: "a", incarnation: "one", parts: [part([row("eve", 2)])] };
    world.faults.push("after");
    assert.match((await world.report(first))[0]?.problem ?? "", /could not store/);
    await world.kernel.advance(200);
    for (let times = 0; times < 3; times += 1) assert.equal((await world.report(first))[0]?.problem, undefined);
    assert.deepEqual(await subjects(), []);
    assert.equal((await stats())["repeatedParts"], 3);
    assert.match((await world.report({ ...first, parts: [part([row("eve")], 7)] }))[0]?.problem ?? "", /part 2 has to/);
    // Another life of the spool counts by itself, and the old one is still known.
    await world.report({ ...first, incarnation: "two", parts: [part([row("eve", 2)], 1)] });
    await world.report(first);
    assert.deepEqual(await subjects(), ["eve"]);
  });

  it("counts nothing of a commit that was not made, and takes the part when it comes again", async () => {
    await begin();
    const first = { proxy: "a", incarnation: "one", parts: [part([row("eve", 3)])] };
    world.faults.push("before");
    assert.notEqual((await world.report(first))[0]?.problem, undefined);
    await world.kernel.advance(200);
    await world.report(first);
    assert.deepEqual(await subjects(), []);
    await report([row("eve", 1)], "a");
    assert.deepEqual(await subjects(), ["eve"]);
  });

  it("goes on where a part was left whose crossings take several commits", async () => {
    await begin({}, [ruleOf({ threshold: 1 })]);
    const rows = Array.from({ length: 700 }, (_, at) => row(`s-${at}`, 2));
    const large = { proxy: "a", incarnation: "one", parts: [part(rows)] };
    world.faults.push("none", "after");
    assert.notEqual((await world.report(large))[0]?.problem, undefined);
    await world.kernel.advance(200);
    await world.take();
    assert.equal((await subjects()).length, 400);
    assert.equal((await world.report(large))[0]?.problem, undefined);
    assert.equal(new Set(await subjects()).size, 700);
    assert.equal((await world.events()).length, 700);
  });

  it("blocks longer each time, and begins anew when an offence is forgotten (escalation)", async () => {
    await begin({}, [ruleOf({ forgetMs: 600_000 })]);
    const lasts = async (): Promise<number> => {
      await report([row("eve", 4)]);
      const untilMs = (await world.list())[0]?.untilMs ?? 0;
      const ms = untilMs - world.nowMs;
      await world.kernel.advance(ms + 2_000);
      assert.deepEqual(await subjects(), []);
      return ms;
    };
    assert.deepEqual([await lasts(), await lasts(), await lasts()], [60_000, 120_000, 120_000]);
    await world.kernel.advance(700_000);
    assert.equal(await lasts(), 60_000);
  });

  it("only says what a rule in shadow mode would do, and spares who is allowed or never blocked (GUARD-12, GUARD-18)", async () => {
    await begin({ neverBlock: [{ field: "ip", subject: "192.0.2.0/24" }] }, [
      ruleOf({ shadow: true, allow: ["bot"] }),
      ruleOf({ number: 2, name: "requests", subject: "ip", allow: ["198.51.100.0/24"] }),
    ]);
    await report([row("eve", 9), row("bot", 9)]);
    const ips = ["192.0.2.9", "198.51.100.9", "203.0.113.9"];
    await report(ips.map((subject) => row(subject, 9, { rule: 2 })));
    const found = await world.list();
    assert.deepEqual(
      found.map(({ subject, shadow }) => [subject, shadow]),
      [
        ["eve", true],
        ["203.0.113.9", false],
      ],
    );
    assert.equal((await block({ subject: "192.0.2.7" })).type, "refused");
  });

  it("keeps what counts the same when a rule changes, and drops what a rule does not want any more", async () => {
    await begin();
    await report([row("eve", 3), row("kay", 4)]);
    assert.deepEqual(await subjects(), ["kay"]);
    await world.rules.put(ruleOf({ threshold: 2 }));
    await world.kernel.advance(1_500);
    await report([row("eve", 3, { atMs: world.nowMs })]);
    assert.deepEqual(await subjects(), ["kay", "eve"]);
    await world.rules.put(ruleOf({ allow: ["kay"] }));
    await world.kernel.advance(1_500);
    assert.deepEqual(await subjects(), ["eve"]);
    await world.rules.delete(1);
    world.owner.tell({ type: "rules-changed" });
    await world.kernel.advance(500);
    assert.deepEqual(await subjects(), []);
    await report([row("eve", 9)]);
    assert.equal((await stats())["uncounted"], 9);
  });

  it("blocks by order once, and ends all that holds against a subject", async () => {
    await begin();
    const blocked = await block();
    assert.deepEqual(blocked, { type: "blocked", untilMs: world.nowMs + 3_600_000 });
    await world.kernel.advance(1_000);
    await world.take();
    assert.deepEqual(await block(), blocked);
    assert.equal((await world.events()).length, 1);
    await block({ blockId: "b-2", field: "account", subject: "eve" });
    await report([row("eve", 9), row("kay", 3)]);
    assert.equal((await unblock("account", "eve")).ended, 2);
    assert.equal((await unblock("account", "kay")).ended, 0);
    await report([row("kay", 3)]);
    assert.deepEqual(await subjects(), ["192.0.2.7"]);
    const kinds = (await world.events()).map(({ kind }) => kind);
    assert.deepEqual(kinds.toSorted(), ["block", "crossing", "unblock"]);
    // The offence is forgotten too.
    await report([row("eve", 9)]);
    assert.equal((await world.list()).at(-1)?.offence, 1);
  });

  it("lets a person settle what exceeds a cap (GUARD-18)", async () => {
    await begin({ caps: { ...defaultCaps, blocksPerMinute: 2 } });
    assert.match(JSON.stringify(await block({ subject: "10.0.0.0/8" })), /pending.*networkV4Bits/);
    await report([row("a", 9), row("b", 9), row("c", 9)]);
    assert.deepEqual(await subjects(), ["a", "b"]);
    const waiting = await world.list("pending");
    assert.deepEqual(
      waiting.map(({ subject }) => subject),
      ["10.0.0.0/8", "c"],
    );
    await world.take();
    assert.equal((await settle("b-1", false)).type, "dropped");
    assert.equal((await settle("b-1", false)).type, "dropped");
    assert.equal((await settle("b-1", true)).code, "conflict");
    const approved = await settle(waiting[1]?.blockId ?? "", true);
    assert.equal(approved.untilMs, world.nowMs + 60_000);
    assert.deepEqual(await settle(waiting[1]?.blockId ?? "", true), approved);
    assert.equal((await settle("b-9", true)).code, "not-found");
    assert.deepEqual(await subjects(), ["a", "b", "c"]);
    assert.deepEqual(await world.list("pending"), []);
  });

  it("lets a person settle when a large share of the subjects would be blocked, and when the table is full", async () => {
    await begin({ caps: { ...defaultCaps, blocksPerMinute: 1_000, activeShare: 0.5, activePerShard: 150 } });
    await report(Array.from({ length: 130 }, (_, at) => row(`s-${at}`, 9)));
    assert.equal((await subjects()).length, 100);
    assert.equal((await world.list("pending")).length, 30);
    await report(Array.from({ length: 500 }, (_, at) => row(`t-${at}`, 1)));
    await report(Array.from({ length: 60 }, (_, at) => row(`u-${at}`, 9)));
    assert.equal((await subjects()).length, 150);
    assert.equal((await world.list("pending")).length, 40);
  });

  it("tells followers each change once, or the table from its beginning (GUARD-9)", async () => {
    await begin({}, [ruleOf({ threshold: 1 })]);
    const empty = await world.follow("f", 0);
    assert.deepEqual([empty.anew, empty.put, empty.more], [true, [], false]);
    const waits = world.owner.ask<{ readonly put: readonly { readonly subject: string }[] }>(
      (replyTo) => ({
        ...{ type: "follow", follower: "f", afterSequence: empty.sequence, waitMs: 2_000 },
        replyTo: replyTo as never,
      }),
      5_000,
    );
    await report([row("eve", 2)]);
    const told = await world.kernel.complete(waits);
    assert.deepEqual(
      told.put.map(({ subject }) => subject),
      ["eve"],
    );
    await report(Array.from({ length: 1_200 }, (_, at) => row(`s-${at}`, 2)));
    const table = new Set<string>();
    let after = 0;
    let begun = 0;
    for (let more = true; more;) {
      const changes = await world.follow("g", after);
      assert.equal(changes.anew, true);
      assert.equal(changes.afterSequence, after);
      assert.ok(changes.put.length + changes.dropped.length <= 500);
      if (after === 0) begun += 1;
      for (const { subject } of changes.put) table.add(subject);
      for (const { subject } of changes.dropped) table.delete(subject);
      ({ sequence: after, more } = changes);
      // What goes and comes meanwhile.
      if (begun === 1 && table.size === 500) {
        await unblock("account", "eve");
        await report([row("late", 2)]);
      }
    }
    assert.equal(table.size, 1_201);
    assert.equal(table.has("eve"), false);
    assert.equal(table.has("late"), true);
    const nothing = await world.follow("g", after, 50);
    assert.deepEqual([nothing.sequence, nothing.put, nothing.anew], [after, [], false]);
  });

  it("drops what is over with a sequence of its own, and an owner that was replaced changes nothing more", async () => {
    await begin();
    await report([row("eve", 9)]);
    const { sequence: seen } = await world.follow("f", 0);
    const old = world.owner;
    await world.take();
    await world.kernel.advance(61_000);
    const { dropped, sequence: later } = await world.follow("f", seen);
    assert.deepEqual(
      dropped.map(({ subject }) => subject),
      ["eve"],
    );
    assert.ok(later > seen);
    const stale = await world.ask<{ readonly outcomes: readonly { readonly problem?: string }[] }>(
      (replyTo) => ({
        ...{ type: "report", from: { proxy: "z", incarnation: "one" }, parts: [part([row("eve", 9)], 1)] },
        replyTo: replyTo as never,
      }),
      old,
    );
    assert.notEqual(stale.outcomes[0]?.problem, undefined);
    await world.take();
    assert.deepEqual(await subjects(), []);
  });
});
