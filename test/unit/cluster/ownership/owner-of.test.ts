import assert from "node:assert/strict";
import type { MemberView } from "../../../../src/cluster/index.ts";
import { ownerOf } from "../../../../src/cluster/ownership/index.ts";
import { seededRandom } from "../../../../src/base/random.ts";

const member = (id: string, more: Partial<MemberView> = {}): MemberView => ({
  id,
  incarnation: `${id}-1`,
  address: "127.0.0.1:1",
  httpAddress: "127.0.0.1:2",
  roles: [],
  pid: 1,
  version: "0",
  state: "up",
  startedAtMs: 0,
  ...more,
});

const kind = { name: "ledger", role: undefined };
const shards = Array.from({ length: 256 }, (_, shard) => shard);
const named = (count: number, prefix: string): MemberView[] =>
  Array.from({ length: count }, (_, n) => member(`${prefix}${n}`));

const owners = (
  members: readonly MemberView[],
  of: { name: string; role: string | undefined } = kind,
): readonly (string | undefined)[] => shards.map((shard) => ownerOf({ version: 1, members }, of, shard)?.id);

/** How many shards each node has, of all these kinds together. */
const spread = (members: readonly MemberView[], kinds: readonly (typeof kind)[]): readonly number[] => {
  const counts = new Map(members.map(({ id }) => [id, 0]));
  for (const owner of kinds.flatMap((of) => owners(members, of))) {
    assert.ok(owner !== undefined);
    counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  return [...counts.values()];
};

const assertEven = (counts: readonly number[], nodes: number, within: number): void => {
  const even = counts.reduce((sum, count) => sum + count, 0) / nodes;
  assert.equal(counts.length, nodes);
  for (const count of counts) assert.ok(Math.abs(count / even - 1) <= within, `${counts.join(", ")} on ${nodes} nodes`);
};

describe("the owner of a shard by the table", () => {
  it("is spread over the nodes: within 35 % of even for 3 to 7 of them", () => {
    for (const count of [3, 4, 5, 6, 7]) assertEven(spread(named(count, "node-"), [kind]), count, 0.35);
  });

  it("is spread evenly over many kinds, however the nodes are called", () => {
    const kinds = Array.from({ length: 50 }, (_, n) => ({ name: `kind-${n}`, role: undefined }));
    for (const prefix of ["n", "garrison-worker-", "10.0.0."]) {
      for (const count of [2, 7]) assertEven(spread(named(count, prefix), kinds), count, 0.1);
    }
  });

  it("changes for the shards of a node that goes, and for no other", () => {
    const members = named(7, "node-");
    const before = owners(members);
    for (const gone of members) {
      const after = owners(members.map((each) => (each === gone ? { ...each, state: "dead" } : each)));
      for (const shard of shards) {
        if (before[shard] === gone.id) assert.notEqual(after[shard], gone.id);
        else assert.equal(after[shard], before[shard]);
      }
    }
  });

  it("does not depend on the order of the rows, nor on the incarnation", () => {
    const members = named(9, "node-");
    const random = seededRandom(7);
    const shuffled = members
      .map((each) => ({ each: { ...each, incarnation: "another" }, at: random.next() }))
      .sort((left, right) => left.at - right.at)
      .map(({ each }) => each);
    assert.deepEqual(owners(shuffled), owners(members));
  });

  it("is a node that is up and has the role", () => {
    const members = [
      member("a", { state: "draining", roles: ["work"] }),
      member("b", { roles: ["work", "control"] }),
      member("c", { state: "dead", roles: ["work"] }),
      member("d", { roles: ["control"] }),
      member("e", { state: "left", roles: ["work"] }),
    ];
    assert.deepEqual(new Set(owners(members, { name: "ledger", role: "work" })), new Set(["b"]));
    assert.deepEqual(new Set(owners(members)), new Set(["b", "d"]));
    assert.deepEqual(new Set(owners(members, { name: "ledger", role: "none" })), new Set([undefined]));
  });

  it("differs between kinds", () => {
    const members = named(5, "node-");
    const same = owners(members, { name: "other", role: undefined }).filter(
      (owner, shard) => owner === owners(members)[shard],
    );
    assert.ok(same.length < 128, `${same.length} of 256 are with the same node`);
  });
});
