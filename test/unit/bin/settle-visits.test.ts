import assert from "node:assert/strict";
import { clientsAtRisk, settleVisits, type VisitorsLog } from "../../../src/bin/demo/guard/settle-visits.ts";
import { visitorsOf, type Group } from "../../../src/bin/demo/guard/visitor.ts";
import type { Access } from "../../../src/bin/demo/guard/visits.ts";
import { shardOf } from "../../../src/cluster/index.ts";

const limit = 3;
const mayLose = 2;
const killed = { frontEnd: 1, life: 1 };
const accesses = (from: string, count: number, fields: Partial<Access> = {}): readonly Access[] =>
  Array.from({ length: count }, () => ({ from, frontEnd: 0, life: 1, outcome: "served", ...fields }));
const settled = (log: readonly Access[], denied: readonly string[], fields: Partial<VisitorsLog> = {}) =>
  settleVisits(
    {
      visitors: [...new Set(log.map(({ from }) => from))].map((address) => ({ address, group: "over" })),
      ...{ log, limit, killed, mayLose, blockedWithin: new Set<string>(), denied: new Set(denied) },
      ...fields,
    },
    { restarts: 2, takeoverMs: 5 },
  );

describe("the ledger of counted accesses", () => {
  it("counts all accesses of a client that one more than the limit gets blocked", () => {
    assert.deepEqual(settled([...accesses("a", 4), ...accesses("a", 1, { outcome: "denied" })], ["a"]), {
      ...{ system: "guard", planned: 4, done: 4, doneTwice: 0, lost: 0, restarts: 2, takeoverMs: 5 },
      ...{ mayLose, blocked: 1, falseBlocks: 0 },
    });
  });

  it("counts what a client needs beyond that as lost, and a client that is not denied as well", () => {
    const { planned, done, lost, blocked } = settled([...accesses("a", 6), ...accesses("b", 4)], ["a"]);
    assert.deepEqual({ planned, done, lost, blocked }, { planned: 10, done: 7, lost: 3, blocked: 1 });
  });

  it("lets a front end that was killed lose what it may, and no more", () => {
    const last = accesses("a", 1, killed);
    const within = settled([...accesses("a", 5), ...last], ["a"]);
    assert.deepEqual([within.planned, within.done, within.lost], [6, 4, 0]);
    const beyond = settled([...accesses("a", 6), ...last], ["a"]);
    assert.deepEqual([beyond.planned, beyond.done, beyond.lost], [7, 4, 1]);
    const earlier = settled(
      [...accesses("a", 1, killed), ...accesses("b", 2, killed), ...accesses("a", 4)],
      ["a", "b"],
    );
    assert.equal(earlier.lost, 1, "those of a were not its last ones");
  });

  it("does not take an access without an answer for one that was counted, nor for one that was not", () => {
    const unanswered = accesses("a", 1, { outcome: "unanswered" });
    for (const served of [3, 4]) {
      const { planned, done, lost } = settled([...unanswered, ...accesses("a", served)], ["a"]);
      assert.deepEqual({ planned, done, lost }, { planned: served, done: served, lost: 0 });
    }
  });

  it("counts a client that is blocked within the limit as counted twice, by its own denials and by the service's list", () => {
    const early = [...accesses("a", 3), ...accesses("a", 1, { outcome: "denied" })];
    const { doneTwice, falseBlocks } = settled(early, ["a"]);
    assert.deepEqual({ doneTwice, falseBlocks }, { doneTwice: 1, falseBlocks: 1 });
    const listed = settled([...accesses("a", 4), ...accesses("b", 2)], ["a"], {
      visitors: [
        { address: "a", group: "over" },
        { address: "b", group: "harmless" },
      ],
      blockedWithin: new Set(["b"]),
    });
    assert.deepEqual([listed.planned, listed.doneTwice, listed.falseBlocks, listed.lost], [4, 1, 1, 0]);
  });

  it("knows which clients may miss accesses: the last ones of the life that ended, and those without an answer", () => {
    const log = [
      ...accesses("early", 1, killed),
      ...accesses("last", 2, killed),
      ...accesses("next-life", 1, { ...killed, life: 2 }),
      ...accesses("other", 1),
      ...accesses("silent", 1, { outcome: "unanswered" }),
    ];
    assert.deepEqual([...clientsAtRisk(log, { killed, mayLose })], ["last", "silent"]);
  });
});

describe("the clients of the demo", () => {
  it("are as many for each shard, with addresses of loopback that no two groups share", () => {
    const groups: readonly Group[] = ["over", "limit", "harmless"];
    const visitors = groups.flatMap((group) => visitorsOf(group, 8, 2));
    assert.equal(new Set(visitors.map(({ address }) => address)).size, 48);
    for (const { address } of visitors) assert.match(address, /^127\.0\.[123]\.\d+$/);
    for (let shard = 0; shard < 8; shard += 1) {
      assert.equal(visitors.filter(({ address }) => shardOf(address, 8) === shard).length, 6);
    }
  });
});
