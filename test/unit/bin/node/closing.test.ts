import assert from "node:assert/strict";
import { Closing, closingMs } from "../../../../src/bin/node/end/closing.ts";
import { CapturedLog } from "../../../support/captured-log.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

describe("Closing", () => {
  it("closes the last that was opened first, each once, and goes on after one that fails", async () => {
    const log = new CapturedLog();
    const clock = new ManualClock();
    const closing = new Closing(clock, log.logger);
    const closed: string[] = [];
    closing.add("a", () => closed.push("a"));
    closing.add("b", () => Promise.reject(new Error("b is stuck")));
    closing.add("c", async () => {
      await Promise.resolve();
      closed.push("c");
    });
    await closing.close();
    await closing.close();
    assert.deepEqual(closed, ["c", "a"]);
    assert.deepEqual(
      log.lines.map(({ what }) => what),
      ["b"],
    );
    assert.equal(clock.pending, 0, "a timer is left");
  });

  it("leaves what does not close in time and begins to close the rest", async () => {
    const log = new CapturedLog();
    const clock = new ManualClock();
    const closing = new Closing(clock, log.logger);
    const begun: string[] = [];
    const never = new Promise<void>(() => undefined);
    for (const what of ["a", "b"]) {
      closing.add(what, () => {
        begun.push(what);
        return never;
      });
    }
    const done = closing.close();
    for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
    assert.deepEqual(begun, ["b"]);
    clock.advance(closingMs - 501);
    for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
    assert.deepEqual(begun, ["b"]);
    clock.advance(1);
    for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
    assert.deepEqual(begun, ["b", "a"], "nothing was left for the later one");
    clock.advance(500);
    await done;
    assert.deepEqual(
      log.lines.map(({ what }) => what),
      ["b", "a"],
    );
  });
});
