import assert from "node:assert/strict";
import { clusterSpace } from "../../../src/cluster/index.ts";
import type { Change } from "../../../src/store/index.ts";
import type { StoreEvent } from "../../simulation/store-history.ts";
import { checkVotes } from "../../simulation/suspicion-checks.ts";

type Row = Extract<Change, { type: "put" }>["value"];

const row = (id: string, state: string, votesOf: readonly string[] = []): Row => ({
  ...{ id, incarnation: "1", state },
  suspicions: votesOf.map((by) => ({ by, byIncarnation: "1", atMs: 0 })),
});
const table = (...members: readonly Row[]): StoreEvent => ({
  ...{ type: "committed", space: clusterSpace, owner: "b.1", revision: 1, guard: undefined, atMs: 0 },
  changes: [{ type: "put", key: "table", value: { members } }],
});
const lease = { owner: "b.1", name: "node/a", token: 2, ttlMs: 100, atMs: 0 };
const seized: StoreEvent = { ...lease, type: "seized", expected: 1 };
const ranOut: StoreEvent = { ...lease, type: "leased" };

const [b, c, d] = [row("b", "up"), row("c", "up"), row("d", "up")];
const dead = row("a", "dead");

const cases: readonly (readonly [string, readonly StoreEvent[], number])[] = [
  ["two of three others", [table(row("a", "up", ["b", "c"]), b, c, d), seized, table(dead, b, c, d)], 0],
  ["one of three others", [table(row("a", "up", ["b"]), b, c, d), seized, table(dead, b, c, d)], 1],
  ["nobody", [table(row("a", "up"), b, c), seized, table(dead, b, c)], 1],
  ["the only other", [table(row("a", "up", ["b"]), b), seized, table(dead, b)], 0],
  ["one that is not up", [table(row("a", "up", ["b", "c"]), b, row("c", "draining"), d), seized, table(dead, b, d)], 1],
  ["a lease that ran out", [table(row("a", "up"), b, c), ranOut, table(dead, b, c)], 0],
  ["a lease that was taken and held again", [table(row("a", "up"), b, c), seized, ranOut, table(dead, b, c)], 0],
];

describe("the checker of who is declared dead, and by whom", () => {
  for (const [what, history, expected] of cases) {
    it(`I15, declared dead by ${what}: ${expected === 0 ? "holds" : "is violated"}`, () => {
      assert.deepEqual(
        checkVotes(history).map(({ invariant }) => invariant),
        Array<string>(expected).fill("I15"),
      );
    });
  }
});
