import assert from "node:assert/strict";
import { suspectsOf, type LinkView } from "../../../../src/cluster/index.ts";

const silent: LinkView = {
  ...{ node: "b", incarnation: "first", state: "up", met: true, reason: undefined },
  ...{ silentMs: 1_100, unansweredProbes: 2, epoch: 1, outboxEnvelopes: 0, outboxBytes: 0 },
};

const cases: readonly (readonly [string, Partial<LinkView>, boolean])[] = [
  ["leaves probes unanswered", {}, true],
  ["cannot be reached any more", { state: "connecting", reason: "no-handshake" }, true],
  ["was probed just now", { unansweredProbes: 1 }, false],
  ["has never said welcome", { met: false, state: "connecting" }, false],
  ["answers by a refusal", { state: "refused" }, false],
];

describe("who does not answer, by the links", () => {
  for (const [what, view, expected] of cases) {
    it(`${expected ? "is" : "is not"} one that ${what}`, () => {
      const peers = suspectsOf(() => [{ ...silent, ...view }]).silent();
      assert.deepEqual(
        peers.map(({ node, incarnation, silentMs }) => [node, incarnation, silentMs]),
        expected ? [["b", "first", 1_100]] : [],
      );
    });
  }

  it("are nobody while none of several is heard: this node may be the one that is cut off", () => {
    const silentIn = (...views: readonly LinkView[]): readonly string[] =>
      suspectsOf(() => views)
        .silent()
        .map(({ node }) => node);
    const [c, stranger] = [
      { ...silent, node: "c" },
      { ...silent, node: "d", met: false, unansweredProbes: 0 },
    ];
    assert.deepEqual(silentIn(silent, c), []);
    assert.deepEqual(silentIn(silent, c, stranger), []);
    assert.deepEqual(silentIn(silent, { ...c, unansweredProbes: 0 }), ["b"]);
    assert.deepEqual(silentIn(silent, { ...c, state: "refused" }), ["b"]);
    assert.deepEqual(silentIn(silent, stranger), ["b"]);
  });
});
