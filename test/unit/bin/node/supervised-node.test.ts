import assert from "node:assert/strict";
import { startsAgain, SupervisedNode, type NodeNews } from "../../../../src/bin/node/process/supervised-node.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

describe("SupervisedNode", () => {
  it("starts a node again that failed or was lost, not one that never was ready or ended in order", () => {
    assert.equal(startsAgain({ code: 1 }, true), true);
    assert.equal(startsAgain({ code: null }, true), true);
    assert.equal(startsAgain({ code: 75 }, true), true);
    assert.equal(startsAgain({ code: 75 }, false), true, "its incarnation was ended while it joined");
    assert.equal(startsAgain({ code: 1 }, false), false);
    assert.equal(startsAgain({ code: 0 }, true), false);
  });

  it("kills a node that hangs before it is ready, and does not start it again", async () => {
    const clock = new ManualClock();
    const news: NodeNews[] = [];
    // Its process ends by itself at some time: what counts is what is done while it is there.
    const node = new SupervisedNode({ id: "hung", args: [], clock, onNews: (one) => news.push(one) });
    clock.advance(59_999);
    node.checkSigns();
    assert.equal(news.length, 0);
    clock.advance(1);
    node.checkSigns();
    assert.deepEqual(news, [{ event: "silent", silentMs: 60_000 }]);
    await node.ended;
    const last = news.at(-1);
    assert.ok(last?.event === "exited");
    assert.equal(last.againInMs, undefined);
  });
});
