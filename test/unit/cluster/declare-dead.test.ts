import assert from "node:assert/strict";
import type { Membership } from "../../../src/cluster/index.ts";
import { leaseMs, Link, TestCluster } from "./test-cluster.ts";

/** Calls of a look that declares: revision, table, leases, and then these. */
const declaration = { acquire: 4, read: 5, commit: 6 } as const;

describe("declaring a member dead", () => {
  it("happens as soon as its lease has run out, in a cluster of two too, and frees its id", async () => {
    const cluster = new TestCluster();
    const survivor = await cluster.join("a");
    const killed = await cluster.join("b");
    await cluster.pass(leaseMs - 1, survivor);
    const look = await survivor.look();
    assert.deepEqual([look.declared, look.nextInMs <= 10], [[], true]);
    cluster.clock.advance(1);
    const { version } = survivor.view();
    assert.deepEqual((await survivor.look()).declared, ["b"]);
    assert.deepEqual(await cluster.states(), ["a first up", "b first dead"]);
    assert.ok(survivor.view().version > version);
    assert.equal(survivor.view().members[1]?.endedAtMs, cluster.clock.wallMs());
    const atMs = cluster.clock.monotonicMs();
    await cluster.join("b", { incarnation: "second" });
    assert.equal(cluster.clock.monotonicMs(), atMs, "it waited");
    assert.equal(await killed.renew(), "lost");
    assert.deepEqual(await cluster.states(), ["a first up", "b second up"]);
  });

  it("a frozen node that thaws finds itself dead, by its renewal as by a look; nothing it writes is accepted", async () => {
    for (const first of ["renew", "look", "drain"] as const) {
      const cluster = new TestCluster();
      const survivor = await cluster.join("a");
      const frozen = await cluster.join("b");
      await cluster.pass(leaseMs, survivor);
      assert.deepEqual((await survivor.look()).declared, ["b"]);
      if (first === "drain") await frozen.drain();
      if (first === "look") assert.equal((await frozen.look()).lost, true);
      assert.equal(await frozen.renew(), "lost");
      await frozen.leave();
      assert.deepEqual(await cluster.states(), ["a first up", "b first dead"]);
      assert.equal((await cluster.space.leases.look(["node/b"]))[0], undefined);
    }
  });

  it("does not happen after an outage before everyone had a lease's time to renew", async () => {
    const cluster = new TestCluster();
    const link = new Link();
    const watcher = await cluster.join("a", { link });
    const others = [await cluster.join("b"), await cluster.join("c")] as const;
    await cluster.pass(leaseMs, watcher, ...others);
    link.state = "down";
    cluster.clock.advance(20_000);
    link.state = "up";
    assert.equal(await watcher.renew(), "regained");
    assert.deepEqual((await watcher.look()).declared, []);
    await cluster.pass(leaseMs - 100, watcher);
    const look = await watcher.look();
    assert.deepEqual(look.declared, []);
    assert.ok(look.nextInMs <= 100, `${look.nextInMs}`);
    assert.equal(await others[0].renew(), "regained");
    cluster.clock.advance(100);
    assert.deepEqual((await watcher.look()).declared, ["c"]);
    assert.equal(await others[1].renew(), "lost");
  });

  it("does not happen by a node that has not had the store for a while itself: it was frozen, or is cut off", async () => {
    const cluster = new TestCluster();
    const watcher = await cluster.join("a");
    await cluster.join("b");
    await cluster.pass(leaseMs - 1_000, watcher);
    cluster.clock.advance(1_600);
    // Its own lease holds yet; but it may be the store that was away.
    assert.deepEqual((await watcher.look()).declared, []);
    assert.equal(await watcher.renew(), "held");
    assert.deepEqual((await watcher.look()).declared, []);
    await cluster.pass(leaseMs, watcher);
    assert.deepEqual((await watcher.look()).declared, ["b"]);
  });

  it("does not happen when the clock of the store has jumped, which shows at the declarer's own lease", async () => {
    for (const jumped of [true, false]) {
      const cluster = new TestCluster();
      const watcher = await cluster.join("a");
      const other = await cluster.join("b");
      await cluster.pass(leaseMs, watcher, other);
      const [own, others] = await cluster.space.leases.look(["node/a", "node/b"]);
      assert.ok(own !== undefined && others !== undefined);
      if (jumped) await cluster.space.leases.renew({ name: "node/a", token: own.token }, 400);
      await cluster.space.leases.renew({ name: "node/b", token: others.token }, 1);
      cluster.clock.advance(1);
      assert.deepEqual((await watcher.look()).declared, jumped ? [] : ["b"]);
      assert.equal(await other.renew(), jumped ? "regained" : "lost");
      assert.equal(await watcher.renew(), "held");
      await cluster.pass(leaseMs - 1, watcher);
      assert.deepEqual((await watcher.look()).declared, []);
    }
  });

  it("does not happen while the other renews between the look and the taking of its lease", async () => {
    const { cluster, watcher, watcherLink, late } = await withOneRunOut();
    watcherLink.intercept(async (call) => {
      if (call === declaration.acquire) assert.equal(await late.renew(), "regained");
    });
    assert.deepEqual((await watcher.look()).declared, []);
    assert.deepEqual(await cluster.states(), ["a first up", "b first up", "c first up"]);
    assert.equal(await late.renew(), "held");
  });

  it("the declared one commits at the same moment: it is refused, and is lost afterwards", async () => {
    const { cluster, watcher, watcherLink, late } = await withOneRunOut();
    watcherLink.intercept(async (call) => {
      if (call === declaration.commit) assert.equal(await late.renew(), "contested");
    });
    assert.deepEqual((await watcher.look()).declared, ["b"]);
    assert.deepEqual(await cluster.states(), ["a first up", "b first dead", "c first up"]);
    assert.equal(await late.renew(), "lost");
  });

  it("the declarer dies after it took the lease: the other is contested and regains it, or the next one declares it", async () => {
    for (const thaws of [true, false]) {
      const { cluster, watcher, watcherLink, late, third } = await withOneRunOut();
      watcherLink.intercept((call) => (call === declaration.read ? new Promise<void>(() => undefined) : undefined));
      void watcher.look();
      await cluster.turns();
      assert.equal(await late.renew(), "contested");
      assert.deepEqual((await third.look()).declared, []);
      await cluster.pass(leaseMs / 3, third);
      if (thaws) assert.equal(await late.renew(), "regained");
      assert.deepEqual((await third.look()).declared, thaws ? [] : ["b"]);
      assert.equal(await late.renew(), thaws ? "held" : "lost");
    }
  });

  it("two declarers at once: one of them does it, and the version grows once", async () => {
    const { cluster, watcher, third } = await withOneRunOut();
    const { version } = third.view();
    const looks = await Promise.all([watcher.look(), third.look()]);
    assert.deepEqual(
      looks.flatMap(({ declared }) => declared),
      ["b"],
    );
    await Promise.all([watcher.look(), third.look()]);
    assert.ok(third.view().version > version);
    assert.equal(third.view().version, watcher.view().version);
    assert.deepEqual(
      (await cluster.states()).filter((state) => state.endsWith("dead")),
      ["b first dead"],
    );
  });

  it("a declarer that was frozen between the taking and the commit changes nothing when it thaws", async () => {
    const { cluster, watcher, watcherLink, late, third } = await withOneRunOut();
    let thaw = (): void => undefined;
    watcherLink.intercept((call) =>
      call === declaration.commit ? new Promise<void>((resolve) => (thaw = resolve)) : undefined,
    );
    const look = watcher.look();
    await cluster.turns();
    await cluster.pass(leaseMs / 3, third);
    assert.equal(await late.renew(), "regained");
    thaw();
    assert.deepEqual((await look).declared, []);
    assert.equal(await late.renew(), "held");
    assert.deepEqual(await cluster.states(), ["a first up", "b first up", "c first up"]);
  });

  it("all others at once are declared by the one that is left", async () => {
    const cluster = new TestCluster();
    const survivor = await cluster.join("a");
    for (const id of ["b", "c", "d"]) await cluster.join(id);
    await cluster.pass(leaseMs, survivor);
    assert.deepEqual((await survivor.look()).declared, ["b", "c", "d"]);
  });
});

interface OneRunOut {
  readonly cluster: TestCluster;
  readonly watcher: Membership;
  readonly watcherLink: Link;
  /** Its lease has just run out. */
  readonly late: Membership;
  readonly third: Membership;
}

/** The nodes a and c may declare b dead, and have seen the latest table. */
const withOneRunOut = async (): Promise<OneRunOut> => {
  const cluster = new TestCluster();
  const watcherLink = new Link();
  const watcher = await cluster.join("a", { link: watcherLink });
  const late = await cluster.join("b");
  const third = await cluster.join("c");
  await cluster.pass(leaseMs, watcher, third);
  return { cluster, watcher, watcherLink, late, third };
};
