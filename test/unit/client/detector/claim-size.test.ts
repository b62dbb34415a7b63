import assert from "node:assert/strict";
import { ClaimSize } from "../../../../src/client/detector/claim-size.ts";

const totalOf = (size: ClaimSize, held: number): number =>
  size.wants(held, ["sample-file"]).reduce((sum, { count }) => sum + count, 0);

describe("how many tasks a detector asks for (RELAY-7)", () => {
  it("begins with what it can do at once, less what it holds", () => {
    const size = new ClaimSize(4);
    assert.equal(totalOf(size, 0), 4);
    assert.equal(totalOf(size, 3), 1);
    assert.deepEqual(size.wants(4, ["sample-file"]), []);
  });

  it("grows with its speed, up to a bound", () => {
    const [slow, fast, fastest] = [60_000, 100, 0.1].map((tookMs) => {
      const size = new ClaimSize(4);
      size.scanned(tookMs);
      return totalOf(size, 0);
    });
    assert.equal(slow, 5);
    assert.equal(fast, 64);
    assert.equal(fastest, 256);
  });

  it("shrinks when it becomes slow", () => {
    const size = new ClaimSize(2);
    size.scanned(10);
    const before = totalOf(size, 0);
    for (let scans = 0; scans < 20; scans += 1) size.scanned(5_000);
    assert.ok(totalOf(size, 0) < before / 10);
  });

  it("is shared by the task types that it takes, one of each at least", () => {
    const size = new ClaimSize(4);
    assert.deepEqual(size.wants(0, ["code", "script"]), [
      { taskType: "code", count: 2 },
      { taskType: "script", count: 2 },
    ]);
    assert.deepEqual(
      size.wants(3, ["code", "script"]).map(({ count }) => count),
      [1, 1],
    );
  });
});
