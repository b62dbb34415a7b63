import assert from "node:assert/strict";
import { built } from "../../../../support/built.ts";
import { until } from "../../../../support/until.ts";
import { BareProcess, isAlive, stallMs } from "./bare-process.ts";

describe("the watchdog of a run's process", () => {
  let watched: BareProcess | undefined;
  before(async function () {
    this.timeout(120_000);
    await built();
  });
  afterEach(async () => {
    await watched?.end();
    watched = undefined;
  });

  it("tells once that the main thread does not answer, while it loops for ever", async () => {
    watched = new BareProcess();
    await watched.load("export const onStart = () => { for (;;); };");
    const stalled = await watched.heard("stalled");
    assert.ok(stalled.type === "stalled" && stalled.forMs >= stallMs && stalled.forMs < 20 * stallMs);
    assert.ok(isAlive(watched.pid));
  });

  it("ends the process and its own processes when the node is gone, while the main thread loops for ever", async () => {
    watched = new BareProcess();
    await watched.load(`
      import { spawn } from "node:child_process";
      export const onStart = (event, run) => {
        run.log("info", String(spawn(process.execPath, ["-e", "setInterval(() => undefined, 1_000)"], { stdio: "ignore" }).pid));
        setTimeout(() => { for (;;); }, 100);
        return new Promise(() => undefined);
      };`);
    const logged = await watched.heard("logged");
    const grandchild = Number(logged.type === "logged" ? logged.lines[0]?.text : undefined);
    assert.ok(isAlive(grandchild));
    await watched.heard("stalled");
    watched.loseNode();
    const pids = [watched.pid, grandchild];
    await until(
      () => !pids.some(isAlive),
      () => pids.filter(isAlive),
      1_000,
    );
  });

  it("ends a spare without a playbook when the node is gone", async () => {
    watched = new BareProcess();
    await watched.heard("ready");
    watched.loseNode();
    const { pid } = watched;
    await until(
      () => !isAlive(pid),
      () => pid,
      1_000,
    );
  });

  it("lets the end of a run take all that it started with it", async () => {
    watched = new BareProcess();
    await watched.load(`
      import { spawn } from "node:child_process";
      export const onStart = () => spawn(process.execPath, ["-e", "setInterval(() => undefined, 1_000)"], { stdio: "ignore" }).pid;`);
    const done = await watched.heard("done");
    const grandchild = Number(done.type === "done" ? done.output : undefined);
    await until(
      () => !isAlive(grandchild),
      () => grandchild,
      1_000,
    );
  });

  it("has a process without the variables that it was given", async () => {
    watched = new BareProcess();
    await watched.load("export const onStart = () => process.env;");
    assert.deepEqual(await watched.heard("done"), { type: "done", output: {} });
  });
});
