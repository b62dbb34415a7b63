import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Guard } from "../../../../src/client/guard/index.ts";
import { shardOf } from "../../../../src/cluster/index.ts";
import type { Interception } from "../../../../src/shared-memory/index.ts";
import { ProxyHost, testShards } from "../../../support/guard/proxy-host.ts";
import { wholeShard } from "../../../support/guard/scripted-port.ts";

const addressOf = (number: number): string => `192.0.2.${number}`;
/** Front ends look at the table every 10 ms. */
const pollMs = 20;

describe("the table that the proxy of a host keeps", () => {
  let host: ProxyHost;
  afterEach(() => host.end());

  const entry = (subject: string, more: Partial<Interception> = {}): Interception => ({
    rule: 1,
    field: "ip",
    subject,
    action: "deny",
    shadow: false,
    untilMs: host.kernel.clock.wallMs() + 600_000,
    ...more,
  });
  const begun = async (more: ConstructorParameters<typeof ProxyHost>[0] = {}): Promise<Guard> => {
    host = new ProxyHost(more);
    await host.kernel.settle();
    return host.guard();
  };
  /** Each shard with those of the entries that are its own. */
  const feed = (entries: readonly Interception[], sequence = 1, shards = testShards): void => {
    for (let shard = 0; shard < shards; shard += 1) {
      const own = entries.filter(({ subject }) => shardOf(subject, testShards) === shard);
      host.port.feed.push(wholeShard(shard, sequence, own));
    }
  };
  const verdict = (guard: Guard, ip: string): string => guard.check({ rules: [1], ip });
  const subscription = async (): Promise<string> => (await host.view()).table.subscription;

  it("comes into force when it is whole, and follows each change at once (GUARD-9, GUARD-11)", async () => {
    const guard = await begun();
    host.begin();
    feed([entry(addressOf(1))], 1, testShards - 1);
    await host.kernel.advance(1_200);
    verdict(guard, addressOf(1));
    assert.equal(guard.counts.undecided, 1, "a shard is missing");
    feed([entry(addressOf(1))]);
    await host.kernel.advance(1_100);
    assert.equal(verdict(guard, addressOf(1)), "deny");
    assert.equal(await subscription(), "following");
    const shard = shardOf(addressOf(1), testShards);
    const change = { afterSequence: 1, sequence: 2, anew: false };
    host.port.feed.push(
      wholeShard(shard, 2, [], {
        ...change,
        dropped: [{ rule: 1, field: "ip", subject: addressOf(1) }],
      }),
    );
    await host.kernel.advance(pollMs);
    assert.equal(verdict(guard, addressOf(1)), "allow", "unblocked");
    assert.equal((await host.view()).table.entries, 0);
  });

  it("comes into force without a shard that has no owner, after a while", async () => {
    const guard = await begun();
    host.begin();
    feed([entry(addressOf(1))], 1, testShards - 1);
    await host.kernel.advance(3_200);
    verdict(guard, addressOf(1));
    assert.equal(guard.counts.undecided, 0);
    assert.equal(await subscription(), "behind");
  });

  for (const what of ["", "table"]) {
    it(`is written again when /${what} of the shared folder was taken away, as by who cleans up`, async () => {
      const guard = await begun();
      host.begin();
      feed([entry(addressOf(1))]);
      await host.kernel.advance(1_100);
      assert.equal(verdict(guard, addressOf(1)), "deny");
      rmSync(join(host.settings.folder, what), { recursive: true });
      await host.kernel.advance(1_000);
      assert.equal(verdict(guard, addressOf(1)), "deny", "it stays in force");
      // The service says something of each shard every few seconds.
      feed([entry(addressOf(1)), entry(addressOf(2))], 2);
      await host.kernel.advance(5_000);
      assert.equal(verdict(guard, addressOf(2)), "deny", "of one that was there");
      const another = host.guard();
      assert.equal(verdict(another, addressOf(1)), "deny", "of one that began after it");
    });
  }

  it("stays while the service is gone; then what changed comes after what is here (GUARD-13)", async () => {
    const guard = await begun();
    host.begin();
    feed([entry(addressOf(1))], 7);
    await host.kernel.advance(1_100);
    host.port.feed.fail(new Error("gone"));
    await host.kernel.settle();
    assert.equal(await subscription(), "apart");
    assert.equal(verdict(guard, addressOf(1)), "deny");
    await host.kernel.advance(200);
    assert.equal(host.port.feeds.length, 2);
    assert.deepEqual(
      host.port.feed.request.positions,
      Array.from({ length: testShards }, (_, shard) => ({ shard, sequence: 7 })),
    );
    host.begin();
    const shard = shardOf(addressOf(1), testShards);
    const more = entry(addressOf(1), { action: "challenge" });
    host.port.feed.push(wholeShard(shard, 8, [more], { afterSequence: 7, anew: false }));
    await host.kernel.advance(pollMs);
    assert.equal(verdict(guard, addressOf(1)), "challenge");
    assert.equal((await host.view()).table.generations, 1);
  });

  it("begins anew when what comes does not fit, and nothing of it is believed", async () => {
    const guard = await begun({ rules: [1] });
    host.begin();
    feed([entry(addressOf(1))]);
    await host.kernel.advance(1_100);
    const shard = shardOf(addressOf(1), testShards);
    const wrong = [
      wholeShard(shard, 9, [], { afterSequence: 5, anew: false }),
      wholeShard(shard, 2, [], { afterSequence: 1, anew: false, entries: 1, checksum: 4711 }),
      wholeShard(shard, 2, [entry(addressOf(1), { rule: 2 })], { afterSequence: 1, anew: false }),
      wholeShard(testShards, 1),
    ];
    for (const [at, message] of wrong.entries()) {
      host.port.feed.push(message);
      await host.kernel.advance(2_100);
      assert.equal(host.port.feeds.length, at + 2, "another subscription");
      assert.deepEqual(host.port.feed.request.positions, []);
      assert.equal(verdict(guard, addressOf(1)), "deny");
      host.begin();
      feed([entry(addressOf(1))]);
      await host.kernel.advance(1_100);
      assert.equal(verdict(guard, addressOf(1)), "deny");
    }
    const { table } = await host.view();
    assert.deepEqual([table.mismatches, table.subscription], [wrong.length, "following"]);
  });

  it("is not asked for all the time when what comes never fits", async () => {
    await begun();
    for (let passed = 0; passed < 10_000; passed += 100) {
      host.begin();
      host.port.feed.push(wholeShard(0, 1), wholeShard(1, 1, [], { entries: 1 }));
      await host.kernel.advance(100);
    }
    assert.ok(host.port.feeds.length < 15, `${host.port.feeds.length} subscriptions in 10 s`);
  });

  it("of a shard from its beginning, in several messages, takes the place of what was there when it is whole", async () => {
    const guard = await begun();
    host.begin();
    const shard = shardOf(addressOf(1), testShards);
    const own = Array.from({ length: 200 }, (_, number) => addressOf(number)).filter(
      (ip) => shardOf(ip, testShards) === shard,
    );
    const [first = "", second = "", third = ""] = own;
    feed([entry(first), entry(second)]);
    await host.kernel.advance(1_100);
    const whole = wholeShard(shard, 5, [entry(second), entry(third)]);
    const [two, three] = whole.put;
    host.port.feed.push({ ...whole, put: [two ?? assert.fail()], complete: false });
    await host.kernel.advance(pollMs);
    assert.equal(verdict(guard, first), "deny", "until all of it is here");
    host.port.feed.push({ ...whole, afterSequence: 5, put: [three ?? assert.fail()] });
    await host.kernel.advance(pollMs);
    assert.deepEqual(
      [first, second, third].map((ip) => verdict(guard, ip)),
      ["allow", "deny", "deny"],
    );
    assert.equal((await host.view()).table.generations, 1);
  });

  it("is taken up by the next proxy, and stays in force until that one knows better", async () => {
    const guard = await begun();
    host.begin();
    feed([entry(addressOf(1)), entry(addressOf(2))]);
    await host.kernel.advance(1_100);
    await host.again();
    assert.equal(verdict(guard, addressOf(1)), "deny");
    host.begin();
    const shard = shardOf(addressOf(1), testShards);
    const rest = [addressOf(2)].filter((ip) => shardOf(ip, testShards) === shard).map((ip) => entry(ip));
    host.port.feed.push(wholeShard(shard, 3, rest));
    await host.kernel.advance(1_100);
    assert.equal(verdict(guard, addressOf(1)), "allow");
    assert.equal(verdict(guard, addressOf(2)), "deny", "its shard has said nothing yet");
  });

  it("gets another file when most of it does not hold any more", async () => {
    const guard = await begun();
    host.begin();
    feed([]);
    await host.kernel.advance(1_100);
    const shard = shardOf(addressOf(1), testShards);
    const own = Array.from({ length: 4_000 }, (_, at) => `10.0.${at >> 8}.${at & 255}`).filter(
      (ip) => shardOf(ip, testShards) === shard,
    );
    for (let sequence = 2; sequence < 130; sequence += 1) {
      const untilMs = host.kernel.clock.wallMs() + 600_000 + sequence;
      const put = [addressOf(1), ...own.slice(0, 399)].map((ip) => entry(ip, { untilMs }));
      host.port.feed.push(wholeShard(shard, sequence, put, { afterSequence: sequence - 1, anew: false }));
    }
    await host.kernel.settle();
    await host.kernel.advance(1_100);
    const { table } = await host.view();
    assert.ok(table.generations > 1, JSON.stringify(table));
    assert.ok(table.fileBytes < 5 * 1024 * 1024);
    assert.equal(verdict(guard, addressOf(1)), "deny");
  });

  it("is asked for anew when nothing is heard of the service", async () => {
    await begun();
    host.begin();
    feed([]);
    await host.kernel.advance(14_000);
    assert.equal(host.port.feeds.length, 1);
    await host.kernel.advance(3_000);
    assert.equal(host.port.feeds.length, 2);
    assert.equal(host.port.feeds[0]?.signal.aborted, true);
  });
});
