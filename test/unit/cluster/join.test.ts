import assert from "node:assert/strict";
import { clusterSettings, readTable, type AgreedSettings, type Membership } from "../../../src/cluster/index.ts";
import { identity, leaseMs, Link, refused, TestCluster } from "./test-cluster.ts";

describe("joining a cluster", () => {
  it("enters the table with what a node says of itself, each time at a higher version", async () => {
    const cluster = new TestCluster();
    assert.equal((await readTable(cluster.space)).version, 0);
    const b = await cluster.join("b");
    const a = await cluster.join("a");
    const { version, members } = await readTable(cluster.space);
    const startedAtMs = cluster.clock.wallMs();
    assert.deepEqual(
      members,
      ["a", "b"].map((id) => ({ ...identity(id), state: "up", startedAtMs })),
    );
    assert.ok(b.view().version > 0 && a.view().version > b.view().version);
    assert.equal(a.view().version, version);
  });

  it("many at once, all of them get in", async () => {
    const cluster = new TestCluster();
    const ids = Array.from({ length: 32 }, (_, index) => `n${String(index).padStart(2, "0")}`);
    await cluster.settled(Promise.all(ids.map((id) => cluster.joining(id, { settings: { limit: 1 } }))));
    assert.deepEqual(
      await cluster.states(),
      ids.map((id) => `${id} first up`),
    );
  });

  it("two with one id at once: one gets in, the other is told who has it", async () => {
    const cluster = new TestCluster();
    const joining = ["x", "y"].map((incarnation) => cluster.joining("a", { incarnation }));
    const first = await cluster.settled(Promise.race(joining));
    const both = Promise.allSettled(joining);
    const outcomes = await cluster.settled(both, () => first.renew());
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["fulfilled", "rejected"],
    );
    assert.deepEqual(await cluster.states(), ["a x up"]);
  });

  it("refuses an id that is in use after as long as a dead one's lease can hold, and names who has it", async () => {
    const cluster = new TestCluster();
    const first = await cluster.join("a");
    const atMs = cluster.clock.monotonicMs();
    const second = cluster.settled(cluster.joining("a", { incarnation: "second" }), () => first.renew());
    await refused(second, "id-in-use", /"a" is in use by process 1 at 127\.0\.0\.1:7443/);
    const waitedMs = cluster.clock.monotonicMs() - atMs;
    assert.ok(waitedMs >= 5_000 && waitedMs < 5_500, `${waitedMs}`);
    assert.deepEqual(await cluster.states(), ["a first up"]);
  });

  it("waits for the lease of a predecessor that was killed, and takes its row: it is thereby dead", async () => {
    const cluster = new TestCluster();
    const frozen = await cluster.join("a");
    const atMs = cluster.clock.monotonicMs();
    const successor = await cluster.join("a", { incarnation: "second" });
    const waitedMs = cluster.clock.monotonicMs() - atMs;
    assert.ok(waitedMs >= leaseMs && waitedMs < leaseMs + 500, `${waitedMs}`);
    assert.equal(await frozen.renew(), "lost");
    assert.deepEqual(await cluster.states(), ["a second up"]);
    await assert.doesNotReject(frozen.leave());
    assert.deepEqual(await cluster.states(), ["a second up"], "the lost one wrote something");
    assert.equal(await successor.renew(), "held");
  });

  it("goes on when the store does not answer for a while, and gives up when it never does", async () => {
    const cluster = new TestCluster();
    const link = new Link();
    link.state = "down";
    cluster.clock.after(10_000, () => (link.state = "up"));
    await cluster.join("a", { link });
    assert.deepEqual(await cluster.states(), ["a first up"]);
    link.state = "down";
    await assert.rejects(cluster.join("b", { link }), { code: "deadline" });
  });

  it("is not entered twice when the answer to it got lost", async () => {
    const cluster = new TestCluster();
    const link = new Link();
    const before = await cluster.space.revision();
    link.unanswered = 3;
    const membership = await cluster.join("a", { link });
    assert.deepEqual(await cluster.states(), ["a first up"]);
    assert.equal(membership.view().version, (await readTable(cluster.space)).version);
    assert.equal(await cluster.space.revision(), before + 2, "more than the lease and the row were written");
  });

  describe("while others change the table all the time", () => {
    /** Joins on a store whose calls take 150 ms, until when each change comes too late. */
    const joinAgainst = (cluster: TestCluster, raceMs: number): Promise<Membership> => {
      const link = new Link();
      const untilMs = cluster.clock.monotonicMs() + raceMs;
      link.intercept(async () => {
        cluster.clock.advance(150);
        if (cluster.clock.monotonicMs() >= untilMs) return;
        const table = await cluster.space.records.get("table");
        assert.ok(table !== undefined);
        await cluster.space.commit(undefined, [{ type: "put", key: "table", value: table.value }]);
      });
      return cluster.join("a", { link });
    };

    it("enters with enough left of its lease for the first renewal, however long it took", async () => {
      for (let raceMs = 600; raceMs <= 6_000; raceMs += 300) {
        const cluster = new TestCluster();
        await cluster.join("b");
        const membership = await joinAgainst(cluster, raceMs);
        const leftMs = membership.ownDeadlineMs() - cluster.clock.monotonicMs();
        assert.ok(leftMs >= 0.2 * leaseMs, `${leftMs} ms left after ${raceMs} ms`);
      }
    });

    it("gives up after 45 s, and leaves the id free", async () => {
      const cluster = new TestCluster();
      await cluster.join("b");
      await refused(joinAgainst(cluster, Infinity), "busy", /"a" could not join: .* start it again/);
      const tookMs = cluster.clock.monotonicMs();
      assert.ok(tookMs >= 45_000 && tookMs < 48_000, `${tookMs} ms`);
      assert.equal((await cluster.space.leases.look(["node/a"]))[0], undefined);
    });
  });

  it("never comes back after it was ended between a try that was not answered and the next one", async () => {
    for (const ended of ["declared", "replaced"] as const) {
      const cluster = new TestCluster();
      const other = await cluster.join("b");
      const link = new Link();
      link.unanswered = 3;
      const joining = refused(
        cluster.joining("a", { link }),
        "ended",
        /"a" was declared dead or replaced while it joined/,
      );
      await cluster.turns();
      assert.deepEqual(await cluster.states(), ["a first up", "b first up"]);
      link.state = "frozen";
      await cluster.pass(leaseMs, other);
      if (ended === "declared") assert.deepEqual((await other.look()).declared, ["a"]);
      else await (await cluster.join("a", { incarnation: "second" })).leave();
      const before = await cluster.states();
      link.state = "up";
      await cluster.settled(joining);
      assert.deepEqual(await cluster.states(), before);
      assert.equal((await cluster.space.leases.look(["node/a"]))[0], undefined);
    }
  });

  describe("settings", () => {
    const theirs = { "scan.maxTasksInProcess": 20, "scan.rateLimitPerTarget": null };
    const ours = { "scan.maxTasksInProcess": 20, "scan.rateLimitPerTarget": 50 };

    it("other ones than those of the nodes that take part are refused, with what differs", async () => {
      const cluster = new TestCluster();
      const first = await cluster.join("a", { settings: theirs });
      const atMs = cluster.clock.monotonicMs();
      const message = /rateLimitPerTarget is 50 here and not set there\. Use the same/;
      await refused(cluster.join("b", { settings: ours }), "settings-differ", message);
      assert.equal(cluster.clock.monotonicMs(), atMs, "it waited");
      await first.drain();
      await refused(cluster.join("b", { settings: ours }), "settings-differ", message);
      assert.deepEqual(await cluster.states(), ["a first draining"]);
      await first.leave();
      await cluster.join("b", { settings: ours });
      assert.deepEqual(await cluster.states(), ["a first left", "b first up"]);
      await refused(cluster.join("c", { settings: theirs }), "settings-differ", /is not set here and 50 there/);
    });

    it("the lease of a node and the numbers of shards are among them", async () => {
      const cluster = new TestCluster();
      const cells = (shards: number): AgreedSettings => clusterSettings(leaseMs, [{ name: "cells", shards }]);
      await cluster.join("a", { settings: cells(12) });
      const more = /the number of shards of cells is 16 here and 12 there/;
      await refused(cluster.join("b", { settings: cells(16) }), "settings-differ", more);
      const longer = clusterSettings(5_000, [{ name: "cells", shards: 12 }]);
      const message = /the lease of a node, in ms, is 5000 here and 3000 there/;
      await refused(cluster.join("b", { settings: longer }), "settings-differ", message);
      await refused(
        cluster.join("b", { settings: clusterSettings(leaseMs, []) }),
        "settings-differ",
        /is not set here/,
      );
      await cluster.join("b", { settings: cells(12) });
    });

    it("only one of two nodes with different ones gets in when they join at once", async () => {
      const cluster = new TestCluster();
      const joining = [{ limit: 1 }, { limit: 2 }].map((settings, index) => cluster.joining(`n${index}`, { settings }));
      const outcomes = await cluster.settled(Promise.allSettled(joining));
      assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
      assert.equal((await cluster.states()).length, 1);
    });

    it("a node that was killed keeps nobody out: it is declared dead after a lease of looking at it", async () => {
      const cluster = new TestCluster();
      const killed = await cluster.join("a", { settings: theirs });
      cluster.clock.advance(60_000);
      const atMs = cluster.clock.monotonicMs();
      await cluster.join("b", { settings: ours });
      const waitedMs = cluster.clock.monotonicMs() - atMs;
      assert.ok(waitedMs >= leaseMs && waitedMs < leaseMs + 500, `${waitedMs}`);
      assert.deepEqual(await cluster.states(), ["a first dead", "b first up"]);
      assert.equal(await killed.renew(), "lost");
    });

    it("a node that renews again before that keeps the others out", async () => {
      const cluster = new TestCluster();
      const silent = await cluster.join("a", { settings: theirs });
      cluster.clock.advance(60_000);
      cluster.clock.after(2_000, () => void silent.renew());
      await refused(cluster.join("b", { settings: ours }), "settings-differ", /a belongs to/);
      assert.deepEqual(await cluster.states(), ["a first up"]);
    });
  });
});
