import assert from "node:assert/strict";
import type { Membership, SilentPeer } from "../../../../src/cluster/index.ts";
import { leaseMs, Link, TestCluster } from "../test-cluster.ts";

const silentMs = leaseMs / 3;

/** What a node says that hears nothing of these. */
const hears =
  (...silent: readonly string[]) =>
  (): readonly SilentPeer[] =>
    silent.map((node) => ({ node, incarnation: "first", silentMs }));

/** Calls of a judgement by a node that is the last one to vote: read, commit of the vote, and then these. */
const declaration = { look: 3, seize: 4, read: 5, commit: 6 } as const;

class SuspiciousCluster extends TestCluster {
  /** Nodes that have had the store for a lease's time, and have seen the latest table. */
  async steady(...ids: readonly string[]): Promise<{ readonly node: Membership; readonly link: Link }[]> {
    const nodes: { readonly node: Membership; readonly link: Link }[] = [];
    for (const id of ids) {
      const link = new Link();
      nodes.push({ node: await this.join(id, { link }), link });
    }
    await this.pass(leaseMs, ...nodes.map(({ node }) => node));
    for (const { node } of nodes) await node.look();
    return nodes;
  }

  /** Who suspects whom. */
  async votes(): Promise<string> {
    const table = await this.#table();
    return table.map(({ id, suspicions = [] }) => `${id}<${suspicions.map(({ by }) => by).join("")}`).join(" ");
  }

  async #table() {
    const record = await this.space.records.get("table");
    return (record?.value as { members: { id: string; suspicions?: { by: string }[] }[] } | undefined)?.members ?? [];
  }
}

describe("suspicion", () => {
  it("of two members declares a silent one dead before its lease has run out; it is lost with its next renewal", async () => {
    const cluster = new SuspiciousCluster();
    const [a, b, c] = await cluster.steady("a", "b", "c");
    assert.ok(a && b && c);
    assert.deepEqual(await a.node.judge(hears("c")), { suspected: ["c"], withdrawn: [], declared: [] });
    assert.deepEqual(await cluster.states(), ["a first up", "b first up", "c first up"]);
    assert.equal(await c.node.renew(), "held");
    assert.deepEqual(await b.node.judge(hears("c")), { suspected: ["c"], withdrawn: [], declared: ["c"] });
    assert.deepEqual(await cluster.states(), ["a first up", "b first up", "c first dead"]);
    assert.ok(c.node.ownDeadlineMs() > cluster.clock.monotonicMs());
    assert.deepEqual(await a.node.judge(hears("c")), { suspected: [], withdrawn: [], declared: [] });
    assert.equal(await c.node.renew(), "lost");
    const atMs = cluster.clock.monotonicMs();
    await cluster.join("c", { incarnation: "second" });
    assert.equal(cluster.clock.monotonicMs(), atMs, "it waited");
  });

  it("of the only other member is enough", async () => {
    const cluster = new SuspiciousCluster();
    const [a, b] = await cluster.steady("a", "b");
    assert.ok(a && b);
    assert.deepEqual((await a.node.judge(hears("b"))).declared, ["b"]);
    assert.equal(await b.node.renew(), "lost");
  });

  it("has to last a third of a lease", async () => {
    const cluster = new SuspiciousCluster();
    const [a] = await cluster.steady("a", "b");
    const witness = () => [{ node: "b", incarnation: "first", silentMs: silentMs - 1 }];
    assert.equal(a?.node.hasToJudge(witness), false);
    assert.deepEqual((await a.node.judge(witness)).declared, []);
  });

  it("is of one incarnation: its successor is not meant", async () => {
    const cluster = new SuspiciousCluster();
    const [a] = await cluster.steady("a", "b");
    const witness = () => [{ node: "b", incarnation: "before", silentMs }];
    assert.equal(a?.node.hasToJudge(witness), false);
  });

  it("is withdrawn when the other is heard again; nothing is asked of the store when there is nothing to say", async () => {
    const cluster = new SuspiciousCluster();
    const [a, b] = await cluster.steady("a", "b", "c");
    assert.ok(a && b);
    assert.equal(a.node.hasToJudge(hears("c")), true);
    await a.node.judge(hears("c"));
    assert.equal(await cluster.votes(), "a< b< c<a");
    assert.equal(a.node.hasToJudge(hears("c")), false);
    assert.deepEqual((await a.node.judge(hears())).withdrawn, ["c"]);
    assert.equal(await cluster.votes(), "a< b< c<");
    assert.deepEqual((await b.node.judge(hears("c"))).declared, []);
  });

  it("is neither said nor withdrawn by a node that was not there all the time itself", async () => {
    const cluster = new SuspiciousCluster();
    const [a, b] = await cluster.steady("a", "b", "c");
    assert.ok(a && b);
    const absent = (): undefined => undefined;
    assert.equal(a.node.hasToJudge(absent), false);
    await a.node.judge(hears("c"));
    await a.node.judge(absent);
    assert.equal(await cluster.votes(), "a< b< c<a");
  });

  it("is not acted upon by a voter that stood still, or heard the other, after it had voted", async () => {
    for (const later of [undefined, []]) {
      const cluster = new SuspiciousCluster();
      const [a, b, c] = await cluster.steady("a", "b", "c");
      assert.ok(a && b && c);
      await a.node.judge(hears("c"));
      let answer: readonly SilentPeer[] | undefined = hears("c")();
      b.link.intercept((call) => {
        if (call === declaration.look) answer = later;
      });
      assert.deepEqual((await b.node.judge(() => answer)).declared, []);
      assert.equal(await c.node.renew(), "held");
    }
  });

  it("ends nobody after an outage of the store before everyone had a lease's time to renew", async () => {
    const cluster = new SuspiciousCluster();
    const [a, b] = await cluster.steady("a", "b");
    assert.ok(a && b);
    a.link.state = "down";
    cluster.clock.advance(20_000);
    assert.deepEqual((await a.node.judge(hears("b"))).declared, [], "the store is away");
    a.link.state = "up";
    assert.equal(await a.node.renew(), "regained");
    assert.equal(await b.node.renew(), "regained");
    await cluster.pass(leaseMs - 100, a.node, b.node);
    assert.deepEqual((await a.node.judge(hears("b"))).suspected, []);
    cluster.clock.advance(100);
    assert.deepEqual((await a.node.judge(hears("b"))).declared, ["b"]);
  });

  it("of each other ends one of two, whatever the order of their calls", async () => {
    const survivors = new Set<string>();
    for (let order = 0; order < 2 ** 8; order += 1) {
      const cluster = new SuspiciousCluster();
      const [a, b] = await cluster.steady("a", "b");
      assert.ok(a && b);
      const waiting: { readonly by: string; readonly go: () => void }[] = [];
      for (const [by, { link }] of [["a", a] as const, ["b", b] as const]) {
        link.intercept(() => new Promise<void>((go) => waiting.push({ by, go })));
      }
      const judged = Promise.all([a.node.judge(hears("b")), b.node.judge(hears("a"))]);
      for (let step = 0; ; step += 1) {
        await cluster.turns();
        const wanted = (order >> (step % 8)) & 1 ? "b" : "a";
        const next = waiting.findIndex(({ by }) => by === wanted);
        const [call] = waiting.splice(Math.max(0, next), 1);
        if (call === undefined) {
          // A race that was lost is tried again a little later.
          if (cluster.clock.nextInMs === undefined) break;
          cluster.clock.advance(cluster.clock.nextInMs);
          continue;
        }
        call.go();
      }
      const declared = (await judged).flatMap((verdict) => verdict.declared);
      assert.equal(declared.length, 1, declared.join());
      a.link.intercept(() => undefined);
      b.link.intercept(() => undefined);
      const [dead, alive] = declared[0] === "a" ? [a.node, b.node] : [b.node, a.node];
      assert.equal(await dead.renew(), "lost");
      assert.ok(["held", "regained"].includes(await alive.renew()));
      survivors.add(alive.identity.id);
    }
    assert.deepEqual([...survivors].sort(), ["a", "b"], "the order decides");
  });

  it("by a node that has died meanwhile does not count for ever: the other one of two is not kept from voting", async () => {
    const cluster = new SuspiciousCluster();
    const [a, b] = await cluster.steady("a", "b");
    assert.ok(a && b);
    a.link.intercept((call) => (call === declaration.seize ? new Promise<void>(() => undefined) : undefined));
    void a.node.judge(hears("b"));
    await cluster.turns();
    await b.node.look();
    assert.equal(b.node.hasToJudge(hears("a")), false, "enough suspect it");
    await cluster.pass(leaseMs - 1, b.node);
    assert.deepEqual((await b.node.judge(hears("a"))).declared, []);
    cluster.clock.advance(1);
    // Its lease has run out by now too.
    assert.deepEqual((await b.node.look()).declared, ["a"]);
  });

  it("does not end one that has got its lease anew between the look and the seizure", async () => {
    const cluster = new SuspiciousCluster();
    const [a, b] = await cluster.steady("a", "b");
    assert.ok(a && b);
    a.link.intercept(async (call) => {
      if (call !== declaration.seize) return;
      const [held] = await cluster.space.leases.look(["node/b"]);
      await cluster.space.leases.release({ name: "node/b", token: held?.token ?? 0 });
      assert.equal(await b.node.renew(), "regained");
    });
    assert.deepEqual((await a.node.judge(hears("b"))).declared, []);
    assert.equal(await b.node.renew(), "held");
    a.link.intercept(() => undefined);
    assert.deepEqual((await a.node.judge(hears("b"))).declared, ["b"]);
  });

  it("of the only other member hands the lease back when a third one joins between the seizure and its commit", async () => {
    const cluster = new SuspiciousCluster();
    const [a, b] = await cluster.steady("a", "b");
    assert.ok(a && b);
    a.link.intercept(async (call) => {
      if (call === declaration.read) await cluster.join("c");
    });
    assert.deepEqual((await a.node.judge(hears("b"))).declared, []);
    a.link.intercept(() => undefined);
    assert.deepEqual((await a.node.look()).declared, []);
    assert.equal(await b.node.renew(), "regained");
    assert.deepEqual(await cluster.states(), ["a first up", "b first up", "c first up"]);
  });

  it("ends nobody when the declarer is declared dead itself between the seizure and its commit", async () => {
    const cluster = new SuspiciousCluster();
    const [a, b, c, d] = await cluster.steady("a", "b", "c", "d");
    assert.ok(a && b && c && d);
    await c.node.judge(hears("d"));
    a.link.intercept(async (call) => {
      if (call !== declaration.commit) return;
      await b.node.judge(hears("a"));
      assert.deepEqual((await c.node.judge(hears("a", "d"))).declared.includes("a"), true);
    });
    assert.deepEqual((await cluster.settled(a.node.judge(hears("d")))).declared, []);
    a.link.intercept(() => undefined);
    assert.equal(await a.node.renew(), "lost");
    assert.ok((await cluster.states()).includes("d first up"));
    assert.equal(await d.node.renew(), "regained");
  });

  it("a declarer that dies after the seizure leaves the other contested, which regains its lease a little later", async () => {
    const cluster = new SuspiciousCluster();
    const [a, b, c] = await cluster.steady("a", "b", "c");
    assert.ok(a && b && c);
    await b.node.judge(hears("c"));
    a.link.intercept((call) => (call === declaration.read ? new Promise<void>(() => undefined) : undefined));
    void a.node.judge(hears("c"));
    await cluster.turns();
    assert.equal(await c.node.renew(), "contested");
    await cluster.pass(leaseMs / 3, b.node);
    assert.equal(await c.node.renew(), "regained");
    assert.deepEqual(await cluster.states(), ["a first up", "b first up", "c first up"]);
  });
});
