import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { SoakName, SoakResult } from "../../support/kernel-soak.ts";
import { script } from "../../support/script.ts";

const run = promisify(execFile);
const { file, execArgv } = script("../../support/kernel-soak", import.meta.url);
const deadlineMs = 60_000;
/** 25 bytes a restart, 5 a spawn, 250 a stop: less than anything that could be kept of one, a cell alone takes 500. */
const mostGrownBytes = 500_000;

const soak = async (name: SoakName): Promise<SoakResult> => {
  const { stdout } = await run(process.execPath, ["--expose-gc", ...execArgv, file, name], {
    timeout: deadlineMs,
    killSignal: "SIGKILL",
  });
  return JSON.parse(stdout) as SoakResult;
};

describe("kernel soak", function () {
  this.timeout(deadlineMs);

  it("20,000 restarts, with crashes in initial, in stopped and in the decider", async () => {
    const { grownBytes, restarts, ...rest } = await soak("restarts");
    assert.deepEqual(rest, { unhandled: 0, mostAtOnce: 1, lives: 0, actorsLeft: 0 });
    assert.ok(restarts >= 20_000, `${restarts} restarts`);
    assert.ok(grownBytes < mostGrownBytes, `the heap grew by ${grownBytes} bytes`);
  });

  it("100,000 spawns and stops", async () => {
    const { grownBytes, unhandled, actorsLeft } = await soak("spawns");
    assert.deepEqual({ unhandled, actorsLeft }, { unhandled: 0, actorsLeft: 0 });
    assert.ok(grownBytes < mostGrownBytes, `the heap grew by ${grownBytes} bytes`);
  });

  it("50,000 timers and watches replaced inside one handler", async () => {
    const { grownBytes } = await soak("endless-handler");
    assert.ok(grownBytes < mostGrownBytes, `the heap grew by ${grownBytes} bytes`);
  });

  it("50,000 asks while the way to answer the first one is kept", async () => {
    const { grownBytes } = await soak("kept-reply");
    assert.ok(grownBytes < mostGrownBytes, `the heap grew by ${grownBytes} bytes`);
  });

  it("a mailbox of 200,000 messages that was emptied", async () => {
    const { grownBytes } = await soak("emptied-mailbox");
    assert.ok(grownBytes < mostGrownBytes, `the heap grew by ${grownBytes} bytes`);
  });

  it("2,000 stops during async handlers", async () => {
    const { grownBytes, unhandled, actorsLeft, mostAtOnce } = await soak("stops-during-handlers");
    assert.deepEqual({ unhandled, actorsLeft, mostAtOnce }, { unhandled: 0, actorsLeft: 0, mostAtOnce: 1 });
    assert.ok(grownBytes < mostGrownBytes, `the heap grew by ${grownBytes} bytes`);
  });
});
