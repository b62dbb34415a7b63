import assert from "node:assert/strict";
import type { MemberState, MemberView, Suspicion, TableView } from "../../../../src/cluster/index.ts";
import { condemnedBy, withBallot, type IsFresh } from "../../../../src/cluster/suspicion/votes.ts";
import { identity } from "../test-cluster.ts";

const vote = (by: string, atMs = 1, byIncarnation = "first"): Suspicion => ({ by, byIncarnation, atMs });
const row = (id: string, suspicions: readonly Suspicion[] = [], state: MemberState = "up"): MemberView => ({
  ...identity(id),
  ...{ state, startedAtMs: 0, suspicions },
});
const table = (...members: readonly MemberView[]): TableView => ({ version: 1, members });
const voter = (id: string) => ({ id, incarnation: "first" });
const fresh: IsFresh = () => true;
/** What was said at time 0 is too old. */
const dated: IsFresh = (_member, { atMs }) => atMs > 0;

const condemned = (view: TableView, by: string, isFresh = fresh): readonly string[] =>
  condemnedBy(view, voter(by), isFresh).map(({ id }) => id);

/** Who suspects each member after this voter's ballot; `undefined`: it has nothing to change. */
const ballot = (view: TableView, by: string, silent: string, isFresh = fresh): string | undefined =>
  withBallot(view, voter(by), ({ id }) => silent.includes(id), isFresh, 7)
    ?.map(({ id, suspicions = [] }) => `${id}<${suspicions.map((each) => each.by).join("")}`)
    .join(" ");

describe("votes of suspicion", () => {
  it("two are needed, one where there is only one other member", () => {
    assert.deepEqual(condemned(table(row("a"), row("b", [vote("a")]), row("c")), "a"), []);
    assert.deepEqual(condemned(table(row("a"), row("b", [vote("a"), vote("c")]), row("c")), "a"), ["b"]);
    assert.deepEqual(condemned(table(row("a"), row("b", [vote("a")])), "a"), ["b"]);
    assert.deepEqual(condemned(table(row("b", [vote("a")])), "b"), []);
  });

  it("count of members that are up, in this incarnation, and not too old", () => {
    const three = (second: Suspicion, third = row("c")): TableView =>
      table(row("a"), row("b", [vote("a"), second]), third);
    assert.deepEqual(condemned(three(vote("c", 1, "before")), "a"), []);
    assert.deepEqual(condemned(three(vote("c", 0)), "a", dated), []);
    assert.deepEqual(condemned(table(row("d"), ...three(vote("c"), row("c", [], "draining")).members), "a"), []);
    assert.deepEqual(condemned(table(row("d"), ...three(vote("c"), row("c", [], "dead")).members), "a"), []);
  });

  it("are acted upon only by one who voted", () => {
    const view = table(row("a"), row("b", [vote("a"), vote("c")]), row("c"), row("d"));
    assert.deepEqual(condemned(view, "c"), ["b"]);
    assert.deepEqual(condemned(view, "d"), []);
  });

  it("are given to whoever is silent, and withdrawn when it is heard again", () => {
    const view = table(row("a"), row("b"), row("c", [vote("b")]), row("d", [vote("a"), vote("b")]));
    assert.equal(ballot(view, "a", "c"), "a< b< c<ab d<b");
    assert.equal(ballot(view, "b", "cd"), undefined);
  });

  it("are not given to one that drains, has left, is dead, or is oneself", () => {
    for (const state of ["draining", "left", "dead"] as const) {
      assert.equal(ballot(table(row("a"), row("b", [], state), row("c")), "a", "ab"), undefined);
    }
  });

  it("are not given by one that drains, or is no member", () => {
    assert.equal(ballot(table(row("a", [], "draining"), row("b")), "a", "b"), undefined);
    assert.equal(ballot(table(row("b")), "a", "b"), undefined);
    assert.equal(
      withBallot(table(row("a"), row("b")), { id: "a", incarnation: "second" }, () => true, fresh, 7),
      undefined,
    );
  });

  it("of two that suspect each other the first one counts: the other can neither vote nor act any more", () => {
    const view = table(row("a", [vote("b")]), row("b"));
    assert.equal(ballot(view, "a", "b"), undefined);
    assert.deepEqual(condemned(table(row("a", [vote("b")]), row("b", [vote("a")])), "a"), []);
    // Two against two: the second side had not voted completely.
    const split = table(row("a", [vote("c")]), row("b"), row("c", [vote("a"), vote("b")]), row("d", [vote("b")]));
    assert.equal(ballot(split, "c", "ab"), undefined);
    assert.deepEqual(condemned(split, "a"), ["c"]);
  });

  it("that are too old are made anew only when they then decide", () => {
    const old = vote("a", 0);
    assert.equal(ballot(table(row("a"), row("b", [old]), row("c")), "a", "b", dated), undefined);
    assert.equal(ballot(table(row("a"), row("b", [old, vote("c")]), row("c")), "a", "b", dated), "a< b<ac c<");
    assert.equal(ballot(table(row("a"), row("b", [old])), "a", "b", dated), "a< b<a");
    // When enough others say so it needs no more.
    const enough = table(row("a"), row("b", [old, vote("c"), vote("d")]), row("c"), row("d"));
    assert.equal(ballot(enough, "a", "b", dated), undefined);
  });

  it("at most three are kept, those that count before those that do not", () => {
    const gone = [vote("x"), vote("y"), vote("z")];
    assert.equal(ballot(table(row("a"), row("b", gone), row("c")), "a", "b"), "a< b<axy c<");
    assert.equal(ballot(table(row("a"), row("b", [...gone.slice(1), vote("c")]), row("c")), "a", "b"), "a< b<acy c<");
  });
});
