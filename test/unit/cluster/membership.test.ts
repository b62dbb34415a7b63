import assert from "node:assert/strict";
import { readTable } from "../../../src/cluster/index.ts";
import { leaseMs, Link, TestCluster } from "./test-cluster.ts";

describe("membership", () => {
  it("renews: its own deadline is a fifth of the lease before the end of it, from when the renewal was sent", async () => {
    const cluster = new TestCluster();
    const link = new Link();
    const membership = await cluster.join("a", { link });
    assert.equal(membership.ownDeadlineMs(), cluster.clock.monotonicMs() + 2_400);
    cluster.clock.advance(1_000);
    const sentMs = cluster.clock.monotonicMs();
    link.intercept(() => cluster.clock.advance(200));
    assert.equal(await membership.renew(), "held");
    assert.equal(membership.ownDeadlineMs(), sentMs + 2_400);
    link.state = "down";
    await assert.rejects(membership.renew(), { code: "deadline" });
    assert.equal(membership.ownDeadlineMs(), sentMs + 2_400);
  });

  it("has one renewal under way at a time", async () => {
    const cluster = new TestCluster();
    const link = new Link();
    const membership = await cluster.join("a", { link });
    let underWay = 0;
    let most = 0;
    link.intercept(async () => {
      most = Math.max(most, ++underWay);
      await Promise.resolve();
      underWay -= 1;
    });
    const renewals = await Promise.all([membership.renew(), membership.renew(), membership.renew()]);
    assert.deepEqual(renewals, ["held", "held", "held"]);
    assert.equal(most, 1);
  });

  it("goes on after its lease ran out if nobody declared it dead, under a deadline that the table has confirmed", async () => {
    const cluster = new TestCluster();
    const link = new Link();
    const membership = await cluster.join("a", { link });
    const before = membership.ownDeadlineMs();
    cluster.clock.advance(60_000);
    // The lease is taken, and then the table cannot be read.
    link.intercept((call) => {
      if (call === 2) link.state = "down";
    });
    await assert.rejects(membership.renew(), { code: "deadline" });
    assert.equal(membership.ownDeadlineMs(), before);
    link.intercept(() => undefined);
    link.state = "up";
    assert.equal(await membership.renew(), "regained");
    assert.equal(membership.ownDeadlineMs(), cluster.clock.monotonicMs() + 2_400);
    assert.equal(await membership.renew(), "held");
    assert.deepEqual(await cluster.states(), ["a first up"]);
  });

  it("is lost for ever when another incarnation had its id meanwhile, also when that one has left", async () => {
    const cluster = new TestCluster();
    const membership = await cluster.join("a");
    cluster.clock.advance(60_000);
    const successor = await cluster.join("a", { incarnation: "second" });
    await successor.leave();
    assert.equal(await membership.renew(), "lost");
    assert.deepEqual(await cluster.states(), ["a second left"]);
    const atMs = cluster.clock.monotonicMs();
    await cluster.join("a", { incarnation: "third" });
    assert.equal(cluster.clock.monotonicMs(), atMs, "the lost one still holds the id");
    assert.equal((await membership.look()).lost, true);
    assert.equal(await membership.renew(), "lost");
  });

  it("is lost when the store has lost what it had said", async () => {
    const cluster = new TestCluster();
    const membership = await cluster.join("a");
    const other = await cluster.join("b");
    const table = await readTable(cluster.space);
    await cluster.space.commit(undefined, [{ type: "delete", key: "table" }]);
    assert.equal((await membership.look()).lost, true);
    cluster.clock.advance(60_000);
    assert.equal(await other.renew(), "lost");
    assert.equal(other.view().version, table.version);
  });

  it("says that it drains and that it has left; its id is free at once", async () => {
    const cluster = new TestCluster();
    const membership = await cluster.join("a");
    const other = await cluster.join("b");
    await membership.drain();
    await membership.drain();
    assert.deepEqual(await cluster.states(), ["a first draining", "b first up"]);
    assert.equal(membership.view().members[0]?.state, "draining");
    assert.equal(await membership.renew(), "held");
    await other.look();
    assert.equal(other.view().members[0]?.state, "draining");
    await membership.leave();
    assert.deepEqual(await cluster.states(), ["a first left", "b first up"]);
    assert.equal((await readTable(cluster.space)).members[0]?.endedAtMs, cluster.clock.wallMs());
    const atMs = cluster.clock.monotonicMs();
    await cluster.join("a", { incarnation: "second" });
    assert.equal(cluster.clock.monotonicMs(), atMs, "it waited");
    assert.deepEqual(await cluster.states(), ["a second up", "b first up"]);
  });

  it("drains and leaves although its lease ran out, if nobody took it", async () => {
    const cluster = new TestCluster();
    const membership = await cluster.join("a");
    cluster.clock.advance(60_000);
    await membership.drain();
    assert.deepEqual(await cluster.states(), ["a first draining"]);
    cluster.clock.advance(60_000);
    await membership.leave();
    assert.deepEqual(await cluster.states(), ["a first left"]);
  });

  it("sees what others change with the next look, and reads the table only if the space has changed", async () => {
    const cluster = new TestCluster();
    const link = new Link();
    const membership = await cluster.join("a", { link });
    await cluster.join("b");
    await membership.look();
    assert.deepEqual(
      membership.view().members.map(({ id }) => id),
      ["a", "b"],
    );
    let calls = 0;
    link.intercept((call) => void (calls = call));
    await membership.look();
    assert.equal(calls, 2, "revision and leases");
    const changed = membership.changed(leaseMs);
    await cluster.join("c");
    await changed;
    await membership.look();
    assert.equal(membership.view().members.length, 3);
  });
});
