import assert from "node:assert/strict";
import type { Space } from "../../../../src/store/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { RedisBench } from "./redis-bench.ts";
import { until } from "../../../support/until.ts";

const put = (space: Space, value: number): Promise<{ readonly revision: number }> =>
  space.commit(undefined, [{ type: "put", key: "k", value }]);

describe("changes of a store on Redis", () => {
  let bench: RedisBench;
  let here: Space;
  let there: Space;

  beforeEach(async () => {
    bench = await RedisBench.start({ users: ["deaf on >x ~* +@all"] });
    [here, there] = [(await bench.open()).space("news"), (await bench.open()).space("news")];
  });

  afterEach(() => bench.end());

  const subscribers = async (): Promise<number> => {
    const reply = await bench.server.command("PUBSUB", "NUMSUB", "{garrison:news}:revisions:0");
    return Array.isArray(reply) ? Number(reply[1]) : Number.NaN;
  };

  /** How long `there` takes to hear of what `here` commits. */
  const heardAfterMs = async (value: number): Promise<number> => {
    const seen = await there.revision();
    const heard = there.changed(seen, 20_000);
    await until(
      async () => (await subscribers()) > 0,
      () => "nobody listens",
    );
    const begunMs = performance.now();
    const { revision } = await put(here, value);
    assert.equal(await heard, revision);
    return performance.now() - begunMs;
  };

  it("are told to who waits at another handle, sooner than a poll would find them", async () => {
    // One of them could be found by a poll that falls due just then.
    const times = [await heardAfterMs(1), await heardAfterMs(2), await heardAfterMs(3)];
    assert.ok(Math.min(...times) < 300, String(times));
  });

  it("are told to who waits at the same handle, and at once to who comes late", async () => {
    const heard = here.changed(0, 20_000);
    const { revision } = await put(here, 1);
    assert.equal(await heard, revision);
    assert.equal(await here.changed(0, 20_000), revision);
    const begunMs = performance.now();
    assert.equal(await there.changed(0, 20_000), revision);
    assert.ok(performance.now() - begunMs < 5_000);
  });

  it("end a wait after its time when there are none", async () => {
    const { revision } = await put(here, 1);
    assert.equal(await there.changed(revision, 50), revision);
  });

  it("are found by a poll where announcements do not arrive", async () => {
    const deaf = (await bench.open({ username: "deaf", password: "x" })).space("news");
    const heard = deaf.changed(await deaf.revision(), 20_000);
    await until(
      async () => JSON.stringify(await bench.server.command("ACL", "LOG")).includes("deaf"),
      () => "it has not tried to listen",
    );
    const { revision } = await put(here, 1);
    assert.equal(await subscribers(), 0);
    assert.equal(await heard, revision);
  });

  it("are announced again after the subscriber's connection was cut", async () => {
    await heardAfterMs(1);
    await bench.server.command("CLIENT", "KILL", "TYPE", "pubsub");
    await until(
      async () => (await subscribers()) > 0,
      () => "nobody listens",
    );
    const times = [await heardAfterMs(2), await heardAfterMs(3), await heardAfterMs(4)];
    assert.ok(Math.min(...times) < 300, String(times));
  });

  it("of another database of the server are not taken for its own", async () => {
    const other = (await bench.open({ url: `${bench.server.url}/1` })).space("news");
    for (let value = 0; value < 5; value += 1) await put(other, value);
    const { revision } = await put(here, 1);
    const heard = there.changed(revision, 20_000);
    await until(
      async () => (await subscribers()) === 1,
      () => "nobody listens",
    );
    // Higher ones than its own.
    for (let value = 0; value < 5; value += 1) await put(other, value);
    const next = (await put(here, 2)).revision;
    assert.equal(await heard, next);
  });

  it("are listened to only while somebody waits", async () => {
    assert.equal(await subscribers(), 0);
    const waiting = there.changed(await there.revision(), 500);
    await until(
      async () => (await subscribers()) === 1,
      () => "nobody listens",
    );
    await waiting;
    await until(
      async () => (await subscribers()) === 0,
      () => "it still listens",
    );
  });

  it("are listened to when a wait begins just as the subscription of the one before is given up", async () => {
    const clock = new ManualClock();
    const space = (await bench.open({ clock, callTimeoutMs: 1e12 })).space("news");
    const listening = (count: number): Promise<void> =>
      until(
        async () => (await subscribers()) === count,
        () => `not ${count} listen`,
      );
    const first = space.changed(0, 100);
    await listening(1);
    clock.advance(100);
    await first;
    // The poll that gives it up.
    clock.advance(1_500);
    const second = space.changed(0, 20_000);
    const other = there.changed(0, 20_000);
    await listening(2);
    const { revision } = await put(here, 1);
    assert.deepEqual(await Promise.all([second, other]), [revision, revision]);
  });
});
