import assert from "node:assert/strict";
import fc from "fast-check";
import { ownerOf, takesPart, type MemberState } from "../../../../src/cluster/index.ts";
import { checkFencing, checkIntervals } from "../../../support/invariants/index.ts";
import { seedOf } from "../../../support/seed.ts";
import { leaseMs, OwnerCluster } from "./owner-cluster.ts";
import type { OwnerNode } from "./owner-node.ts";

const ids = ["a", "b", "c"] as const;
const kinds = [
  { name: "ledger", shards: 6 },
  { name: "keeper", shards: 1 },
];

const what = fc.constantFrom(
  ...(["join", "drain", "freeze", "thaw", "silence", "down", "deaf", "mend", "judge", "tell", "write", "act"] as const),
);
const step = fc.record({ what, id: fc.constantFrom(...ids), ms: fc.integer({ min: 0, max: 1_500 }) });
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** A random life of three nodes. The test is the membership: it renews leases, declares dead, and decides who hears of it when. */
class Life {
  readonly cluster: OwnerCluster;
  readonly #leaving = new Set<OwnerNode>();
  readonly #writes: Promise<unknown>[] = [];

  constructor(seed: number) {
    this.cluster = new OwnerCluster(kinds, seed);
  }

  async take({ what, id, ms }: Step): Promise<void> {
    const node = this.#latest(id);
    if (what === "join") this.#join(id, node);
    if (what === "judge") this.#judge();
    if (node !== undefined && !node.ended) this.#change(what, node);
    await this.cluster.advance(ms);
    this.#leave();
  }

  /** All faults end, everyone hears of the latest table. */
  async heal(): Promise<void> {
    for (const node of this.cluster.nodes) {
      node.thaw();
      node.store = "up";
    }
    for (let round = 0; round < 5; round += 1) {
      this.#judge();
      this.#leave();
      for (const node of this.cluster.nodes) this.#tell(node);
      await this.cluster.advance(2_000);
    }
    await Promise.all(this.#writes);
  }

  #latest(id: string): OwnerNode | undefined {
    return this.cluster.nodes.findLast((node) => node.id === id);
  }

  #stateOf({ id, incarnation }: OwnerNode): MemberState | undefined {
    return this.cluster.view.members.find((member) => member.id === id && member.incarnation === incarnation)?.state;
  }

  #join(id: string, before: OwnerNode | undefined): void {
    const state = before === undefined ? undefined : this.#stateOf(before);
    if (state === "up" || state === "draining") return;
    const count = this.cluster.nodes.length;
    this.cluster.start(id, `i${count}`);
    this.cluster.change({ [id]: "up" });
    const node = this.#latest(id);
    if (node !== undefined) this.#tell(node);
  }

  #change(what: Step["what"], node: OwnerNode): void {
    const { clock } = this.cluster;
    switch (what) {
      case "drain":
        if (this.#stateOf(node) !== "up" || node.state === "frozen") return;
        this.cluster.change({ [node.id]: "draining" });
        node.handOver(60_000).then(
          () => this.#leaving.add(node),
          () => undefined,
        );
        return;
      case "freeze":
        node.state = "frozen";
        return;
      case "thaw":
        return node.thaw();
      case "silence":
        if (node.state === "up") node.state = "silent";
        return;
      case "down":
      case "deaf":
        node.store = what;
        return;
      case "mend":
        node.store = "up";
        if (node.state === "silent") node.state = "up";
        return;
      case "tell":
        return this.#tell(node);
      case "write":
        for (const grant of node.grants.slice(-8)) {
          const write = grant.space.commit(grant.guard, [{ type: "put", key: "data", value: grant.token }]);
          this.#writes.push(write.catch(() => undefined));
        }
        return;
      case "act":
        if (node.state === "frozen") return;
        for (const grant of node.owned) {
          if (grant.deadlineMs() > clock.monotonicMs()) node.note(grant, { type: "acted" });
        }
        return;
      case "join":
      case "judge":
        return;
    }
  }

  /** Whoever's lease has run out in the store is dead. */
  #judge(): void {
    const nowMs = this.cluster.clock.monotonicMs();
    for (const node of this.cluster.nodes) {
      const state = this.#stateOf(node);
      if (state === undefined || !takesPart({ state }) || nowMs - node.lastRenewalMs < leaseMs) continue;
      this.cluster.change({ [node.id]: "dead" });
    }
  }

  #leave(): void {
    for (const node of this.#leaving) {
      this.#leaving.delete(node);
      if (this.#stateOf(node) === "draining") this.cluster.change({ [node.id]: "left" });
    }
  }

  #tell(node: OwnerNode): void {
    if (!node.ended) node.tell({ type: "table", view: this.cluster.view });
  }
}

describe("ownership: any life of three nodes", () => {
  const reached = { granted: 0, accepted: 0, refused: 0, takenOver: 0, handedOver: 0, acted: 0 };

  it("keeps tokens growing and intervals apart, and ends with every shard at its owner", async () => {
    const life = fc.record({
      seed: fc.integer({ min: 1, max: 1_000 }),
      steps: fc.array(step, { minLength: 10, maxLength: 60 }),
    });
    await fc.assert(
      fc.asyncProperty(life, async ({ seed, steps }) => {
        const run = new Life(seed);
        const { cluster } = run;
        await run.take({ what: "join", id: "a", ms: 100 });
        for (const each of steps) await run.take(each);
        await run.heal();
        assert.deepEqual([...checkFencing(cluster.history), ...checkIntervals(cluster.history)], []);
        const owners = new Map<string, string>();
        for (const { id, owned, running } of cluster.nodes) {
          assert.equal(owned.length, running.length, `${id} owns what runs`);
          for (const { kind, shard } of owned) {
            assert.equal(owners.get(`${kind}/${shard}`), undefined, `${kind}/${shard} has one owner`);
            owners.set(`${kind}/${shard}`, id);
          }
        }
        for (const { name, shards } of kinds) {
          for (let shard = 0; shard < shards; shard += 1) {
            const wanted = ownerOf(cluster.view, { name, role: undefined }, shard)?.id;
            assert.equal(owners.get(`${name}/${shard}`), wanted, `owner of ${name}/${shard}`);
          }
        }
        const holders = new Map<string, string | undefined>();
        for (const { type, key, owner } of cluster.history) {
          if (type === "acted" || type === "accepted" || type === "refused") reached[type] += 1;
          if (type === "released") holders.set(key, undefined);
          if (type !== "granted") continue;
          reached.granted += 1;
          const before = holders.get(key);
          if (before !== undefined && before !== owner) reached.takenOver += 1;
          else if (before === undefined) reached.handedOver += 1;
          holders.set(key, owner);
        }
        await cluster.stop();
      }),
      { numRuns: 120, seed: seedOf(20_261_122) },
    );
    for (const [branch, times] of Object.entries(reached)) assert.ok(times >= 5, `${branch}: only ${times} times`);
  });
});
