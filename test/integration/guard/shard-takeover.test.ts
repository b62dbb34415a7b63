import assert from "node:assert/strict";
import { systemClock } from "../../../src/base/clock.ts";
import { parseInterceptRule } from "../../../src/engines/intercept/index.ts";
import { openEmbeddedStore } from "../../../src/store/embedded/index.ts";
import type { Store } from "../../../src/store/index.ts";
import { openRedisStore } from "../../../src/store/redis/index.ts";
import { ShardNode } from "../../support/guard/real-shard.ts";
import { RedisServer } from "../../support/redis-server.ts";
import { startStoreThread } from "../../support/store-thread.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

const shard = 2;
const subjects = 1_500;
const reports = 12;
const rule = parseInterceptRule({
  ...{ number: 1, name: "logins", subject: "account", threshold: reports },
  ...{ windowMs: 600_000, blockMs: 3_600_000 },
});

/** Each subject has `reports` accesses of `reports` proxies at the end, half of them counted by either owner: one more crosses the limit. */
const takeovers = async (open: () => Promise<Store>): Promise<void> => {
  const [one, other] = [new ShardNode("one", await open()), new ShardNode("other", await open())];
  const atMs = Date.now();
  const rowOf = (subject: string) => ({ rule: 1, subject, value: undefined, atMs, passed: 1, intercepted: 0 });
  const rows = Array.from({ length: subjects }, (_, at) => rowOf(`user-${at}`));
  const part = (sequence: number, of = rows) => [{ shard, sequence, rows: of }];
  const stored = async (node: ShardNode, proxy: string, parts = part(1)): Promise<void> => {
    await until(
      async () => (await node.report(proxy, parts))[0] === undefined,
      () => `${proxy} is not stored`,
    );
  };
  try {
    await one.rules.put(rule);
    await one.take(shard);
    for (let at = 0; at < reports / 2; at += 1) await stored(one, `host-${at}`);
    await other.take(shard);
    for (let at = reports / 2; at < reports; at += 1) await stored(other, `host-${at}`);
    // The answer to this one was lost: it was stored by the owner before.
    await stored(other, "host-0");
    assert.notEqual((await one.report("host-x", part(1)))[0], undefined, "a shard that another node has taken");
    assert.equal((await other.stats(shard)).subjects, subjects);
    assert.deepEqual(await other.list(shard), []);
    await stored(other, "host-0", part(2, [rowOf("user-7")]));
    await one.take(shard);
    await stored(one, "host-0", part(3, [rowOf("user-8")]));
    const found = await one.list(shard);
    assert.deepEqual(
      found.map(({ subject, offence }) => [subject, offence]),
      [
        ["user-7", 1],
        ["user-8", 1],
      ],
    );
  } finally {
    await Promise.all([one.stop(), other.stop()]);
  }
};

describe("shard of interception with two owners in turn", function () {
  this.timeout(120_000);
  const closing: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });
  const kept = async (opening: Promise<Store>): Promise<Store> => {
    const store = await opening;
    closing.push(() => store.close());
    return store;
  };

  it("counts on where the other has left off, on the embedded store", async () => {
    const folder = tempDir("shard-takeover");
    closing.push(() => folder.remove());
    const parts = { directory: folder.path, clock: systemClock, startThread: startStoreThread };
    await takeovers(() => kept(openEmbeddedStore(parts)));
  });

  it("counts on where the other has left off, on Redis", async () => {
    const server = await RedisServer.start();
    closing.push(() => server.stop());
    await takeovers(() => kept(openRedisStore({ url: server.url, clock: systemClock })));
  });
});
