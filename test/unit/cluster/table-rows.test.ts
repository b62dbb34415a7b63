import assert from "node:assert/strict";
import type { MemberView } from "../../../src/cluster/index.ts";
import { mostMembers, withMember, withState } from "../../../src/cluster/table-rows.ts";
import type { Table } from "../../../src/cluster/table.ts";
import { bounds } from "../../../src/store/index.ts";
import { identity, refused, TestCluster } from "./test-cluster.ts";

const hourMs = 3_600_000;

const row = (id: string, more: Partial<MemberView> = {}): MemberView => ({
  ...identity(id),
  state: "up",
  startedAtMs: 0,
  ...more,
});
const left = (id: string, endedAtMs: number): MemberView => row(id, { state: "left", endedAtMs });
const tableOf = (members: readonly MemberView[]): Table => ({ version: 7, settings: { limit: 1 }, members });
const ids = (table: Table | undefined): readonly string[] => (table?.members ?? []).map(({ id }) => id);
const many = (count: number): readonly MemberView[] => Array.from({ length: count }, (_, at) => row(`n${at}`));

describe("rows of the table of members", () => {
  it("a new incarnation takes the row of its id, whatever it was", () => {
    for (const state of ["up", "draining", "left", "dead"] as const) {
      const table = withMember(tableOf([row("a", { state }), row("b")]), identity("a", "second"), 5);
      assert.deepEqual(table?.members, [{ ...identity("a", "second"), state: "up", startedAtMs: 5 }, row("b")]);
      assert.deepEqual([table?.version, table?.settings], [7, { limit: 1 }]);
    }
  });

  it("ends are for ever, and only of the incarnation that was meant", () => {
    const table = tableOf([row("a", { state: "dead", endedAtMs: 1 }), left("b", 1), row("c", { state: "draining" })]);
    for (const id of ["a", "b"]) {
      for (const state of ["draining", "left", "dead"] as const) {
        assert.equal(withState(table, identity(id), state, 2), undefined);
      }
    }
    assert.equal(withState(table, identity("c"), "draining", 2), undefined);
    assert.equal(withState(table, identity("c", "second"), "dead", 2), undefined);
    assert.equal(withState(table, identity("d"), "dead", 2), undefined);
    const dead = withState(table, identity("c"), "dead", 2);
    assert.deepEqual(dead?.members[2], row("c", { state: "dead", endedAtMs: 2 }));
  });

  it("a row is dropped a day after its end, with the next change", () => {
    const nowMs = 30 * hourMs;
    const table = tableOf([left("a", 6 * hourMs), left("b", 6 * hourMs + 1), row("c")]);
    assert.deepEqual(ids(withMember(table, identity("d"), nowMs)), ["b", "c", "d"]);
    assert.deepEqual(ids(withState(table, identity("c"), "draining", nowMs)), ["b", "c"]);
  });

  it("the rows that ended first give way when there is no room", () => {
    const live = many(mostMembers - 2);
    const full = tableOf([...live, left("x", 2), left("y", 1)]);
    const table = withMember(full, identity("z"), 3);
    assert.equal(table?.members.length, mostMembers);
    assert.deepEqual([ids(table).includes("x"), ids(table).includes("y")], [true, false]);
  });

  it("a table full of nodes that take part has no room, but for an id that it has", () => {
    const full = tableOf(many(mostMembers));
    assert.equal(withMember(full, identity("z"), 3), undefined);
    assert.equal(withMember(full, identity("n7", "second"), 3)?.members.length, mostMembers);
    assert.equal(withState(full, identity("n7"), "dead", 3)?.members.length, mostMembers);
  });

  it("always fits into a record, however long the rows are", () => {
    let table = tableOf([]);
    let joined = 0;
    for (; joined < mostMembers; joined += 1) {
      const roles = Array.from({ length: 20 }, (_, at) => `role-${at}-${"é".repeat(20)}`);
      const next = withMember(table, { ...identity(`n${joined}`), roles }, 3);
      if (next === undefined) break;
      table = next;
    }
    assert.ok(joined > 100 && joined < mostMembers, `${joined}`);
    assert.ok(Buffer.byteLength(JSON.stringify(table.members)) < bounds.bodyBytes);
  });

  it("who does not get in is told so; a seat is free when a member is dead", async () => {
    const cluster = new TestCluster();
    const alive = many(mostMembers).map(({ id }) => id);
    const members = alive.map((id) => ({ ...identity(id), roles: [], state: "up", startedAtMs: 0 }));
    await cluster.space.commit(undefined, [{ type: "put", key: "table", value: { settings: {}, members } }]);
    const hold = (names: readonly string[]): Promise<unknown> =>
      Promise.all(names.map((id) => cluster.space.leases.acquire(`node/${id}`, `${id}.first`, 60_000)));
    await hold(alive);
    await refused(cluster.join("late"), "table-full", /500 nodes.* end one before "late" joins/);
    cluster.clock.advance(60_000);
    await hold(alive.slice(1));
    await cluster.join("late");
    const states = await cluster.states();
    assert.equal(states.length, mostMembers);
    assert.deepEqual(
      [states.includes("late first up"), states.some((state) => state.startsWith("n0 "))],
      [true, false],
    );
  });
});
