import assert from "node:assert/strict";
import { NodeRing } from "../../../src/client/node-ring.ts";

const turned = (ring: NodeRing, times: number): readonly string[] =>
  Array.from({ length: times }, () => {
    ring.turnFrom(ring.current);
    return ring.current;
  });

describe("the ring of nodes that may be called", () => {
  it("goes round the named nodes, and round those that were learned after them", () => {
    const ring = new NodeRing(["a", "b"]);
    assert.equal(ring.current, "a");
    assert.deepEqual(turned(ring, 3), ["b", "a", "b"]);
    ring.learn(["c", "a", "d", "c"]);
    assert.deepEqual(ring.all, ["a", "b", "c", "d"]);
    assert.deepEqual(turned(ring, 4), ["c", "d", "a", "b"]);
  });

  it("turns once although many calls fail at the same node", () => {
    const ring = new NodeRing(["a", "b", "c"]);
    for (let call = 0; call < 50; call += 1) ring.turnFrom("a");
    assert.equal(ring.current, "b");
  });

  it("stays where there is no other", () => {
    const ring = new NodeRing(["a"]);
    assert.deepEqual(turned(ring, 2), ["a", "a"]);
  });

  it("goes on at the first when the one that is called is not known any more", () => {
    const ring = new NodeRing(["a"]);
    ring.learn(["b", "c"]);
    assert.deepEqual(turned(ring, 2), ["b", "c"]);
    ring.learn(["d"]);
    assert.equal(ring.current, "c", "a node that answers is not left");
    assert.deepEqual(turned(ring, 2), ["a", "d"]);
  });

  it("learns no more than 48", () => {
    const ring = new NodeRing(["a"]);
    ring.learn(Array.from({ length: 500 }, (_, index) => `node-${index}`));
    assert.equal(ring.all.length, 49);
  });
});
