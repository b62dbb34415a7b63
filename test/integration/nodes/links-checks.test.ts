import assert from "node:assert/strict";
import { linkBounds } from "../../../src/cluster/links/bounds.ts";
import { checkTalk, type TalkLife } from "../../chaos/links/talk-checks.ts";
import type { TalkEvent, TalkFact } from "../../chaos/links/talk-log.ts";

const [a, b] = ["a.1", "b.1"];
const speaker = `${a}:/speaker#1`;
const echo = `${b}:/echo#0`;
const hired = `${b}:/host/h1#7`;

const life = (facts: readonly (readonly [atMs: number, fact: TalkFact])[], ended: TalkLife["ended"]): TalkLife => ({
  events: facts.map(([atMs, fact]): TalkEvent => ({ ...fact, atMs })),
  ended,
  exitMs: 10_000,
  leaveMs: 9_000,
});
const tell = (n: number): TalkFact => ({ t: "tell", from: speaker, to: echo, n });
const handled = (n: number): TalkFact => ({ t: "handled", by: echo, from: speaker, n });
const watch: TalkFact = { t: "watch", watcher: speaker, target: hired, watch: 1 };
const terminated: TalkFact = { ...watch, t: "terminated" };
const stopped: TalkFact = { t: "stopped", actor: hired };
const settled: TalkFact = { t: "settled" };

type Facts = readonly (readonly [number, TalkFact])[];

/** What is violated by what two nodes wrote down. */
const violated = (
  ofA: Facts,
  ofB: Facts,
  endOfB: TalkLife["ended"] = "in order",
  endOfA: TalkLife["ended"] = "in order",
): readonly string[] => {
  const lives = new Map([
    [a, life(ofA, endOfA)],
    [b, life(ofB, endOfB)],
  ]);
  return checkTalk(lives, linkBounds).map(({ invariant, message }) => `${invariant} ${message}`);
};
const only = (violations: readonly string[], expected: RegExp): void => {
  assert.equal(violations.length, 1, violations.join("\n"));
  assert.match(violations[0] ?? "", expected);
};

// prettier-ignore
const told: Facts = [[1, tell(1)], [2, tell(2)], [3, tell(3)]];

describe("the checks of what passes between nodes find", () => {
  it("nothing in what is right, also where a node was killed", () => {
    // prettier-ignore
    const [ofA, ofB]: readonly [Facts, Facts] = [
      [...told, [4, watch], [6, terminated], [5_000, settled]],
      [[2, handled(1)], [3, handled(2)], [4, handled(3)], [5, stopped]],
    ];
    assert.deepEqual(violated(ofA, ofB), []);
    assert.deepEqual(
      violated([...told, [20, { ...tell(3), t: "not-taken" } as TalkFact]], [[2, handled(1)]], "otherwise"),
      [],
    );
  });

  it("messages out of order or twice (I7)", () => {
    // prettier-ignore
    only(violated(told, [[2, handled(1)], [3, handled(3)], [4, handled(2)]]), /^I7 /);
    // prettier-ignore
    only(violated(told, [[2, handled(1)], [3, handled(2)], [4, handled(2)], [5, handled(3)]]), /^I7 /);
  });

  it("messages that are missing or made up (I17)", () => {
    // prettier-ignore
    only(violated(told, [[2, handled(1)], [3, handled(3)]], "otherwise"), /^I17 .*2 is missing, and later ones/);
    only(violated(told, [[2, handled(1)]]), /^I17 .*2 are missing, and neither node has failed/);
    // prettier-ignore
    only(violated(told, [[2, handled(1)], [3, handled(2)], [4, handled(3)], [5, handled(4)]]), /^I17 .*not sent, such as 4/);
  });

  it("asks that never end, end twice, or get another's answer (I17)", () => {
    const asked: readonly [number, TalkFact] = [1, { t: "asked", n: 1 }];
    const answered: readonly [number, TalkFact] = [2, { t: "answered", n: 1, answer: 1 }];
    assert.deepEqual(violated([asked, answered], []), []);
    only(violated([asked], []), /^I17 .*1 asks never ended/);
    only(violated([asked, answered, answered], []), /^I17 .*ended twice/);
    only(violated([asked, [2, { t: "answered", n: 1, answer: 2 }]], []), /^I17 .*got the answer to 2/);
  });

  it("ends that are told twice, never, or before they come (I9)", () => {
    // prettier-ignore
    only(violated([[4, watch], [6, terminated], [7, terminated], [5_000, settled]], [[5, stopped]]), /^I9 .*twice/);
    // prettier-ignore
    only(violated([[4, watch], [5_000, settled]], [[5, stopped]]), /^I9 .*never told/);
    // prettier-ignore
    only(violated([[4, watch], [6, terminated], [5_000, settled]], [[8, stopped]]), /^I9 .*before it/);
  });

  it("ends of living actors that are told on a node that ends itself (I9)", () => {
    // prettier-ignore
    only(violated([[4, watch], [6, terminated]], [[9_500, stopped]], "in order", "otherwise"), /^I9 .*before it/);
    // prettier-ignore
    assert.deepEqual(violated([[4, watch], [9_100, terminated]], [[9_500, stopped]]), []);
  });

  it("ends that are never told when the node was killed (I9)", () => {
    only(
      violated(
        [
          [4, watch],
          [20_000, settled],
        ],
        [],
        "otherwise",
      ),
      /^I9 .*never told/,
    );
  });
});
