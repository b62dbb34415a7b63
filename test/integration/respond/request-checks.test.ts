import assert from "node:assert/strict";
import type { SeenRequest } from "../../chaos/respond/action-server.ts";
import {
  keysMixed,
  longestTakeoverMs,
  ordersTwice,
  repeatedAfterEnd,
  repeatedAfterHeard,
  runsCutBy,
  runsHitBy,
} from "../../chaos/respond/request-checks.ts";

const request = (over: Partial<SeenRequest>): SeenRequest => {
  const { stage = 1, part = 1 } = over;
  const usual = { method: "PUT", run: "r", stage, part, pid: 1, atMs: 0, wallMs: 0 };
  return {
    ...usual,
    key: `r-${stage}.${part}`,
    answeredAtMs: undefined,
    cutAtMs: undefined,
    answer: { status: 200, body: "ok" },
    ...over,
  };
};

describe("the checks of the log of requests", () => {
  it("count orders that came twice, and no puts", () => {
    const order = request({ method: "POST" });
    assert.deepEqual(ordersTwice([order, request({}), request({})]), []);
    assert.deepEqual(ordersTwice([order, order]), ["step r 1.1 must not be repeated and came 2 times"]);
  });

  it("want one key for each step, and one step for each key", () => {
    assert.deepEqual(keysMixed([request({}), request({}), request({ part: 2 })]), []);
    assert.equal(keysMixed([request({}), request({ key: "another" })]).length, 1);
    assert.equal(keysMixed([request({}), request({ part: 2, key: "r-1.1" })]).length, 1);
  });

  it("find a step that is executed again after the playbook has heard of it", () => {
    const [first, second] = [request({ stage: 1 }), request({ stage: 2 })];
    assert.deepEqual(repeatedAfterHeard([first, first, second, request({ run: "s" })]), []);
    assert.equal(repeatedAfterHeard([first, second, first]).length, 1);
  });

  it("find a step that is executed again after its end was kept", () => {
    const ended = [{ run: "r", stage: 1, part: 1, endedAtMs: 100 }];
    assert.deepEqual(repeatedAfterEnd([request({ wallMs: 100 }), request({ part: 2, wallMs: 101 })], ended), []);
    assert.equal(repeatedAfterEnd([request({ wallMs: 101 })], ended).length, 1);
  });

  it("tell which runs a kill has cut, and when these went on", () => {
    const cut = request({ atMs: 5, cutAtMs: 20 });
    assert.deepEqual([...runsCutBy([cut, request({ run: "s" })], 10)], ["r"]);
    assert.deepEqual([...runsCutBy([cut], 21)], []);
    const seen = [cut, request({ atMs: 3_010 })];
    assert.equal(longestTakeoverMs(seen, [10], new Set()), 3_000);
    assert.equal(longestTakeoverMs(seen, [10], new Set(["r"])), 0);
  });

  it("tell which runs a killed node had under way", () => {
    const kill = { atMs: 10, pids: new Set([1]) };
    const before = request({ atMs: 5 });
    assert.deepEqual([...runsHitBy([before], kill, new Set())], [], "it had ended");
    assert.deepEqual([...runsHitBy([before], kill, new Set(["r"]))], ["r"]);
    assert.deepEqual([...runsHitBy([before, request({ atMs: 11, pid: 2 })], kill, new Set())], ["r"]);
    const elsewhere = { ...kill, pids: new Set([3]) };
    assert.deepEqual([...runsHitBy([before, request({ atMs: 11 })], elsewhere, new Set())], []);
  });
});
