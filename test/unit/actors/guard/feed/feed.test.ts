import assert from "node:assert/strict";
import { Feed, guardKind } from "../../../../../src/actors/guard/index.ts";
import { feedProps } from "../../../../../src/actors/guard/feed/feed-props.ts";
import type { FeedMessage, FeedRequest } from "../../../../../src/actors/guard/guard-port.ts";
import { Rules } from "../../../../../src/actors/guard/rules/rules.ts";
import { Followers } from "../../../../../src/actors/guard/service/followers.ts";
import {
  InterceptionTable,
  type Entry,
} from "../../../../../src/actors/guard/service/interceptions/interception-table.ts";
import { parseInterceptRule } from "../../../../../src/engines/intercept/index.ts";
import { seededRandom, type Random } from "../../../../../src/base/random.ts";
import { shardOf } from "../../../../../src/cluster/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../../src/store/memory/index.ts";
import type { Interception } from "../../../../../src/shared-memory/index.ts";
import { ScriptedShards } from "../../../../support/guard/scripted-shards.ts";
import { TableCopy, textOf } from "../../../../support/guard/table-copy.ts";
import { TestKernel } from "../../../../support/kernel.ts";
import { seedOf } from "../../../../support/seed.ts";

const settings = {
  shards: guardKind.shards,
  slotMs: 10,
  v6PrefixBits: 64,
  neverBlock: [{ field: "ip", subject: "10.0.0.1" }],
};
const rule = (number: number): ReturnType<typeof parseInterceptRule> =>
  parseInterceptRule({
    ...{
      number,
      name: `r${number}`,
      subject: "account",
      threshold: 5,
      windowMs: 1_000,
      blockMs: 1_000,
      allow: ["root"],
    },
  });
const entry = (ruleNumber: number, subject: string, untilMs = 9_000): Omit<Entry, "sequence"> => ({
  ...{ rule: ruleNumber, field: "account", subject, action: "deny", shadow: false, untilMs },
  ...{ sinceMs: 0, offence: 1, reason: "", by: "", blockId: undefined, made: undefined },
});

/** Somebody who takes the messages of the feed one by one. */
class Subscriber {
  readonly copy = new TableCopy();
  readonly #abort = new AbortController();
  readonly #messages: AsyncIterator<FeedMessage>;
  readonly rules: readonly number[];
  waits = false;
  failure: unknown;

  constructor(feed: Feed, request: Partial<FeedRequest> = {}) {
    this.rules = request.rules ?? [];
    const wanted = { proxy: "front-1", rules: [], positions: [], ...request };
    this.#messages = feed.subscribe(wanted, this.#abort.signal)[Symbol.asyncIterator]();
  }

  /** Takes the next message once there is one. */
  take(): void {
    if (this.waits) return;
    this.waits = true;
    this.#messages.next().then(
      ({ value, done }) => {
        this.waits = false;
        if (done === true) this.failure = "ended";
        else this.copy.apply(value);
      },
      (error: unknown) => (this.failure = error),
    );
  }

  end(): void {
    this.#abort.abort();
  }
}

/** A feed above shards that are as those of the service, but for what they count and store. */
class FeedWorld {
  readonly kernel = new TestKernel("nact");
  readonly shards: ScriptedShards;
  readonly feed: Feed;
  readonly rules: Rules;
  readonly tables: InterceptionTable[];
  readonly #followers: Followers[];
  readonly #silent = new Set<number>();

  constructor(mostSubscribers?: number) {
    const { system, clock } = this.kernel;
    this.tables = Array.from({ length: guardKind.shards }, () => new InterceptionTable(0, []));
    this.#followers = this.tables.map(() => new Followers());
    this.shards = new ScriptedShards(system, (message, shard) => {
      const [table, followers] = [this.tables[shard], this.#followers[shard]];
      if (message.type !== "follow" || table === undefined || this.#silent.has(shard)) return;
      const { follower, afterSequence, waitMs, replyTo } = message;
      if (followers?.follow(table, follower, afterSequence, replyTo) === true) {
        clock.after(waitMs, () => followers.over(follower));
      }
    });
    system.useShards(this.shards);
    const space = openMemoryStore(createMemoryDatabase({ clock })).space("guard");
    this.rules = new Rules(space, seededRandom(1));
    this.feed = new Feed({ settings, clock, ...(mostSubscribers === undefined ? {} : { mostSubscribers }) });
    system.spawn(feedProps({ feed: this.feed, follower: "node-1.first", rules: this.rules, space }), "feed");
  }

  put(entryToPut: Omit<Entry, "sequence">): void {
    const shard = shardOf(entryToPut.subject, guardKind.shards);
    const table = this.tables[shard];
    table?.put(entryToPut);
    if (table !== undefined) this.#followers[shard]?.told(table);
  }

  drop(key: Interception): void {
    const shard = shardOf(key.subject, guardKind.shards);
    const table = this.tables[shard];
    table?.drop(key);
    if (table !== undefined) this.#followers[shard]?.told(table);
  }

  /** Another node owns the shard: it has the entries, and knows nothing of how they came. */
  takeOver(shard: number): void {
    const table = this.tables[shard];
    this.#followers[shard]?.end(new Error("it has moved"));
    if (table !== undefined) this.tables[shard] = new InterceptionTable(table.sequence, [...table.all()]);
    this.#followers[shard] = new Followers();
  }

  silence(shard: number): void {
    this.#silent.add(shard);
    this.#followers[shard]?.end(new Error("it has gone"));
  }

  all(): readonly Interception[] {
    return this.tables.flatMap((table) => [...table.all()]);
  }

  /** Takes all there is. */
  async drain(...subscribers: readonly Subscriber[]): Promise<void> {
    for (;;) {
      for (const subscriber of subscribers) subscriber.take();
      await this.kernel.settle();
      if (subscribers.every(({ waits, failure }) => waits || failure !== undefined)) return;
    }
  }

  agrees({ copy, rules }: Subscriber): void {
    const wanted = this.all().filter((one) => rules.length === 0 || one.rule === 0 || rules.includes(one.rule));
    const lines = (entries: readonly Interception[]): readonly string[] =>
      entries.map((one) => `${textOf(one)} ${one.untilMs}`).toSorted();
    assert.deepEqual(lines(copy.all()), lines(wanted));
  }
}

const changesOf = ({ copy }: Subscriber): readonly Extract<FeedMessage, { type: "changes" }>[] =>
  copy.messages.filter((message) => message.type === "changes");

describe("the feed of a node", () => {
  it("says the settings, the rules without what they allow, and the whole table; then each change at once", async () => {
    const world = new FeedWorld();
    await world.rules.put(rule(3));
    await world.rules.put(rule(4));
    for (let at = 0; at < 100; at += 1) world.put(entry(3 + (at % 2), `user-${at}`));
    await world.kernel.advance(200);
    const [all, some] = [new Subscriber(world.feed), new Subscriber(world.feed, { rules: [4] })];
    await world.drain(all, some);
    assert.deepEqual(all.copy.messages.slice(0, 2), [
      { type: "settings", ...settings },
      { type: "rules", rules: [3, 4].map((number) => ({ ...rule(number), allow: [] })) },
    ]);
    assert.deepEqual(some.copy.messages[1], { type: "rules", rules: [{ ...rule(4), allow: [] }] });
    assert.deepEqual([all.copy.all().length, some.copy.all().length], [100, 50]);
    const before = changesOf(all).length;
    world.put(entry(0, "user-1"));
    await world.drain(all, some);
    world.agrees(all);
    world.agrees(some);
    assert.equal(changesOf(all).length, before + 1);
    const dropped = world.all().find(({ rule: number }) => number === 0);
    assert.ok(dropped !== undefined);
    world.drop(dropped);
    await world.drain(all, some);
    world.agrees(all);
    assert.equal(changesOf(all).length, before + 2, "one message for what was taken back, without a wait");
    assert.equal(all.copy.anew, guardKind.shards);
    await world.kernel.system.stop();
  });

  it("tells who is behind the whole table, and who is not only what changed, also after a shard has moved", async () => {
    const world = new FeedWorld();
    for (let at = 0; at < 3_000; at += 1) world.put(entry(1, `user-${at}`));
    await world.kernel.advance(1_000);
    const subscriber = new Subscriber(world.feed);
    await world.drain(subscriber);
    const begun = subscriber.copy.anew;
    for (let shard = 0; shard < guardKind.shards; shard += 1) world.takeOver(shard);
    await world.kernel.advance(1_000);
    world.put(entry(1, "late"));
    await world.drain(subscriber);
    await world.kernel.advance(5_000);
    await world.drain(subscriber);
    world.agrees(subscriber);
    assert.equal(subscriber.copy.anew, begun, "the new owners' tables differ from the old ones in one entry");
    const resumed = new Subscriber(world.feed, { positions: subscriber.copy.positions });
    await world.drain(resumed);
    assert.equal(resumed.copy.anew, 0);
    const slow = new Subscriber(world.feed);
    await world.drain(slow);
    // More changes of one shard than are remembered.
    const subjects = Array.from({ length: 3_000 }, (_, at) => `user-${at}`);
    const ofOne = subjects.filter((subject) => shardOf(subject, guardKind.shards) === 5);
    for (let round = 0; round * ofOne.length <= 22_000; round += 1) {
      for (const subject of ofOne) world.put(entry(1, subject, 9_000 + round));
      await world.kernel.settle();
    }
    const before = slow.copy.anew;
    await world.drain(slow);
    await world.kernel.advance(1_000);
    await world.drain(slow);
    assert.equal(slow.copy.anew, before + 1);
    world.agrees(slow);
    await world.kernel.system.stop();
  }).timeout(60_000);

  it("says of a quiet shard at least every 5 s that nothing has changed, and nothing of one whose owner is silent", async () => {
    const world = new FeedWorld();
    const subscriber = new Subscriber(world.feed);
    await world.kernel.advance(500);
    await world.drain(subscriber);
    const begin = changesOf(subscriber).length;
    assert.equal(begin, guardKind.shards);
    for (let second = 0; second < 10; second += 1) {
      await world.kernel.advance(500);
      await world.drain(subscriber);
    }
    const later = changesOf(subscriber).slice(begin);
    assert.equal(new Set(later.map(({ shard }) => shard)).size, guardKind.shards);
    assert.ok(later.every(({ put, dropped, complete }) => put.length === 0 && dropped.length === 0 && complete));
    world.silence(2);
    await world.kernel.advance(4_000);
    await world.drain(subscriber);
    const told = changesOf(subscriber).filter(({ shard }) => shard === 2).length;
    for (let second = 0; second < 10; second += 1) {
      await world.kernel.advance(1_000);
      await world.drain(subscriber);
    }
    assert.equal(changesOf(subscriber).filter(({ shard }) => shard === 2).length, told);
    const fresh = new FeedWorld();
    fresh.silence(0);
    const other = new Subscriber(fresh.feed);
    await fresh.kernel.advance(5_000);
    await fresh.drain(other);
    assert.deepEqual(
      changesOf(other).filter(({ shard }) => shard === 0),
      [],
      "what is not known is not told as empty",
    );
    assert.equal(fresh.feed.view().shards, guardKind.shards - 1);
    await world.kernel.system.stop();
    await fresh.kernel.system.stop();
  });

  it("has room for so many, frees it when one leaves, and tells all when the node ends", async () => {
    const world = new FeedWorld(2);
    await world.kernel.advance(500);
    const [one, other] = [new Subscriber(world.feed), new Subscriber(world.feed)];
    await world.drain(one, other);
    assert.equal(world.feed.view().subscribers, 2);
    const third = new Subscriber(world.feed);
    await world.drain(third);
    assert.equal((third.failure as { code: string }).code, "busy");
    one.end();
    await world.kernel.settle();
    assert.equal(world.feed.view().subscribers, 1);
    await world.kernel.system.stop();
    await world.kernel.settle();
    assert.equal((other.failure as { code: string }).code, "unavailable");
    assert.equal(world.feed.view().subscribers, 0);
  });

  for (const blow of ["kill", "restart"] as const) {
    it(`begins anew after a ${blow} of its actors, and serves those who subscribe as before`, async () => {
      const world = new FeedWorld();
      const { system } = world.kernel;
      await world.rules.put(rule(1));
      world.put(entry(1, "before"));
      await world.kernel.advance(500);
      for (const path of [
        "/feed",
        "/feed/rules",
        ...Array.from({ length: guardKind.shards }, (_, at) => `/feed/shard-${at}`),
      ]) {
        assert.ok(blow === "kill" ? system.kill(path, "a test") : system.restart(path), path);
        await world.kernel.advance(1_000);
        world.put(entry(1, `after ${path}`));
        await world.kernel.advance(3_000);
        const subscriber = new Subscriber(world.feed);
        await world.drain(subscriber);
        assert.equal(subscriber.failure, undefined, path);
        world.agrees(subscriber);
        subscriber.end();
        await world.kernel.settle();
      }
      await system.stop();
    });
  }

  it("tells those who subscribe while nobody follows the shards, and those who had, to ask another node", async () => {
    const world = new FeedWorld();
    const { system } = world.kernel;
    await world.kernel.advance(500);
    const had = new Subscriber(world.feed);
    await world.drain(had);
    await world.kernel.complete(system.stopActor(system.find("/feed") ?? assert.fail()));
    const late = new Subscriber(world.feed);
    await world.drain(had, late);
    for (const { failure } of [had, late]) assert.equal((failure as { code: string }).code, "unavailable");
    await system.stop();
  });

  it("brings everybody to the table of now, whatever happens and however slow they are", async () => {
    const random: Random = seededRandom(seedOf());
    const upTo = (most: number): number => Math.floor(random.next() * most);
    const world = new FeedWorld();
    const subscribers: Subscriber[] = [];
    for (let step = 0; step < 120; step += 1) {
      const what = upTo(10);
      if (what < 4) for (let n = upTo(60); n > 0; n -= 1) world.put(entry(upTo(3), `u-${upTo(300)}`, 9_000 + step));
      else if (what < 6) for (const one of world.all().filter(() => upTo(10) === 0)) world.drop(one);
      else if (what === 6) world.takeOver(upTo(guardKind.shards));
      else if (what === 7 && subscribers.length < 12) {
        const from = subscribers[upTo(subscribers.length)];
        const rules = from?.rules ?? [[], [1], [1, 2]][upTo(3)] ?? [];
        const positions = upTo(2) === 0 ? [] : (from?.copy.positions ?? []);
        const next = new Subscriber(world.feed, { rules, positions });
        // Who goes on has what it had.
        if (positions.length > 0)
          for (const [shard, copy] of from?.copy.shards ?? []) {
            next.copy.shards.set(shard, {
              ...copy,
              sequence: positions.find((one) => one.shard === shard)?.sequence ?? 0,
              entries: new Map(copy.entries),
              coming: undefined,
            });
          }
        subscribers.push(next);
      } else await world.kernel.advance(upTo(1_000));
      for (const subscriber of subscribers) if (upTo(3) === 0) subscriber.take();
      await world.kernel.settle();
    }
    for (let round = 0; round < 6; round += 1) {
      await world.kernel.advance(1_000);
      await world.drain(...subscribers);
    }
    for (const subscriber of subscribers) {
      assert.equal(subscriber.failure, undefined);
      world.agrees(subscriber);
    }
    await world.kernel.system.stop();
  }).timeout(60_000);
});
