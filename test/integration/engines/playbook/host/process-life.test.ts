import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ProcessRunner, RunEnd, StepEnd } from "../../../../../src/engines/playbook/index.ts";
import { PrivateFolders } from "../../../../../src/engines/playbook/host/process/private-folders.ts";
import { startProcess } from "../../../../../src/engines/playbook/host/process/start-process.ts";
import { CapturedLog } from "../../../../support/captured-log.ts";
import { ManualClock } from "../../../../support/manual-clock.ts";
import { KeptJournal, openRunner, runOf } from "../../../../support/playbook-runs.ts";
import { isRunning } from "../../../../support/process-state.ts";
import { until } from "../../../../support/until.ts";

const scriptOf = (body: string): string =>
  `export default async ({ load, say, hear, frames }) => {
    const log = (text) => say({ type: "logged", lines: [{ atMs: 0, level: "info", text: String(text) }] });
    ${body}
  };`;
const startStep = `await say({ type: "started", steps: [{ n: 1, name: "block", input: {}, by: "thread", idempotent: false, heard: 0 }] });`;
/** Logs the id of a process of its group. */
const grandchild = `const { spawn } = await import("node:child_process");
  await log(spawn("/bin/sleep", ["1000"], { stdio: "inherit" }).pid);`;

describe("the life of a process of a run", () => {
  let runner: ProcessRunner;
  before(() => {
    runner = openRunner({ pool: { spare: 2 } });
    runner.wantSpares(true);
  });
  after(() => runner.close());

  const start = (body: string, kept = new KeptJournal()) => ({ kept, run: runner.start(runOf(scriptOf(body)), kept) });
  const logged = async (kept: KeptJournal): Promise<number> => {
    await until(
      () => kept.lines.length > 0,
      () => kept.lines,
    );
    return Number(kept.texts[0]);
  };

  for (const [how, last] of [
    ["is done", `await say({ type: "done", output: null });`],
    ["crashes", `process.abort();`],
    ["is killed from outside", `process.kill(process.pid, "SIGKILL");`],
  ] as const) {
    it(`takes along what it started when it ${how}`, async () => {
      const { kept, run } = start(`${grandchild} ${last}`);
      await run.ended;
      const [pid] = kept.texts.map(Number);
      assert(pid !== undefined && pid > 1);
      assert.equal(isRunning(pid), false);
    });
  }

  it("is ended within a second when it is cancelled, with what it started, although it loops", async () => {
    const { kept, run } = start(`${grandchild} for (;;);`);
    const pid = await logged(kept);
    const cancelledMs = performance.now();
    run.cancel();
    run.cancel();
    assert.deepEqual(await run.ended, { type: "cancelled" });
    assert(performance.now() - cancelledMs < 1_000);
    assert.equal(isRunning(pid), false);
  });

  it("can leave things in order when it is cancelled, and is cancelled whatever it says then", async () => {
    const { kept, run } = start(
      `await log("here"); await hear("cancel"); await log("bye"); await say({ type: "done", output: 1 });`,
    );
    await logged(kept);
    run.cancel();
    assert.deepEqual(await run.ended, { type: "cancelled" });
    assert.deepEqual(kept.texts, ["here", "bye"]);
  });

  it("is not needed by a run that is cancelled before it has one", async () => {
    const { run } = start("");
    run.cancel();
    assert.deepEqual(await run.ended, { type: "cancelled" });
  });

  it("ends when what it did cannot be kept: the run is lost", async () => {
    const kept = new KeptJournal();
    const refusing = {
      stepsStarted: () => Promise.reject(new Error("the claim is stale")),
      stepsEnded: kept.stepsEnded,
    };
    const work = runOf(scriptOf(`${startStep} await hear("cancel");`));
    const end = await runner.start(work, { ...refusing, logged: kept.logged }).ended;
    assert.equal(end.type, "lost");
    assert("message" in end);
    assert.match(end.message, /claim is stale/);
  });

  it("is done only when all that it told is kept", async () => {
    const kept = new KeptJournal();
    let keep: (() => void) | undefined;
    const stepsEnded = (ends: readonly StepEnd[]): Promise<void> =>
      new Promise((resolve) => {
        keep = () => void kept.stepsEnded(ends).then(resolve);
      });
    const script = `${startStep} await hear("started-kept");
      await say({ type: "ended", ends: [{ n: 1, result: { state: "done", output: 1 } }] });
      await say({ type: "done", output: 1 });`;
    const run = runner.start(runOf(scriptOf(script)), {
      stepsStarted: kept.stepsStarted,
      stepsEnded,
      logged: kept.logged,
    });
    let end: RunEnd | undefined;
    void run.ended.then((told) => (end = told));
    await until(
      () => keep !== undefined && runner.free === 4,
      () => runner.processes,
    );
    assert.equal(end, undefined);
    keep?.();
    assert.deepEqual(await run.ended, { type: "done", output: 1 });
    assert.equal(kept.ends.length, 1);
  });

  for (const [what, write] of [
    ["prints", `writeSync(1, chunk)`],
    ["complains", `writeSync(2, chunk)`],
    ["talks", `writeSync(3, frame, bytes % frame.length)`],
  ] as const) {
    it(`has to wait when it ${what} without end`, async () => {
      const { kept, run } = start(`
        const { writeSync } = await import("node:fs");
        const chunk = Buffer.from(("x".repeat(99) + "\\n").repeat(600));
        const body = JSON.stringify({ type: "logged", lines: Array(50).fill({ atMs: 0, level: "info", text: "x".repeat(900) }) });
        const frame = Buffer.concat([Buffer.from([0, 0, body.length >> 8, body.length & 255]), Buffer.from(body)]);
        frames.pause();
        const beginMs = Date.now();
        let bytes = 0;
        while (Date.now() - beginMs < 500) {
          try { bytes += ${write}; } catch (error) { if (error.code !== "EAGAIN") throw error; }
        }
        const elapsedMs = Date.now() - beginMs;
        const begun = bytes % frame.length;
        if (${what === "talks"} && begun > 0) frames.write(frame.subarray(begun));
        await say({ type: "done", output: { bytes, elapsedMs } });`);
      const end = await run.ended;
      assert(end.type === "done", JSON.stringify(end));
      const { bytes, elapsedMs } = end.output as { bytes: number; elapsedMs: number };
      // The burst, what is read in the time, and what the system and the stream hold.
      assert(bytes < 8.4e6 + (elapsedMs / 1_000) * 2.2e6 + 1.5e6, `${bytes} bytes in ${elapsedMs} ms`);
      assert(kept.lines.length < 400, `${kept.lines.length} lines`);
      assert(kept.texts.some((text) => text.includes("left out")));
    });
  }
});

describe("the runner of playbooks", () => {
  it("takes no more runs than it has processes for, and tells when one is free again", async () => {
    const runner = openRunner({ pool: { max: 1 } });
    let told = 0;
    runner.onFree(() => (told += 1));
    const run = runner.start(runOf(scriptOf(`await say({ type: "done", output: null });`)), new KeptJournal());
    assert.equal(runner.free, 0);
    assert.throws(() => runner.start(runOf(scriptOf("")), new KeptJournal()), { code: "no-process" });
    await run.ended;
    assert.equal(runner.free, 1);
    assert.equal(told, 1);
    await runner.close();
  });

  it("ends all when it is closed: runs are lost, to go on elsewhere", async () => {
    const runner = openRunner({ pool: { spare: 1, max: 3 } });
    runner.wantSpares(true);
    const kept = new KeptJournal();
    const runs = [0, 1].map(() => runner.start(runOf(scriptOf(`await log(process.pid); await hear("cancel");`)), kept));
    await until(
      () => kept.lines.length === 2,
      () => kept.lines,
    );
    await runner.close();
    for (const { ended } of runs) assert.equal((await ended).type, "lost");
    for (const pid of kept.texts.map(Number)) assert.equal(isRunning(pid), false);
    assert.deepEqual([runner.free, runner.processes.alive], [0, 0]);
    assert.throws(() => runner.start(runOf(scriptOf("")), kept), { code: "no-process" });
  });

  it("says why when processes cannot be started, and that runs should go elsewhere", async () => {
    const log = new CapturedLog();
    const startChild = () => spawn("/no/such/program", { stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"] });
    const runner = openRunner({ startChild, log: log.logger });
    const run = runner.start(runOf(""), new KeptJournal());
    const end = await run.ended;
    assert.equal(end.type, "lost");
    assert.equal(runner.free, 0);
    assert.equal(log.lines.length, 1);
    assert.match(JSON.stringify(log.lines), /ENOENT/);
    await runner.close();
  });
});

describe("a process that starts", () => {
  const attempt = (code: string, clock: ManualClock) => {
    let pid = 0;
    const startChild = () => {
      const child = spawn(process.execPath, ["-e", code], {
        detached: true,
        stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
      });
      pid = child.pid ?? 0;
      return child;
    };
    const start = { maxOldSpaceMb: 64, stallMs: 1_000, warmThreads: 0, childProcess: false };
    const folders = new PrivateFolders();
    const started = startProcess({ startChild, start, folders, clock }, new AbortController().signal);
    return { started, pid: () => pid, folders };
  };

  it("is ended when it does not become ready in time", async () => {
    const clock = new ManualClock();
    const { started, pid, folders } = attempt("setInterval(() => {}, 1000)", clock);
    await until(
      () => clock.pending > 0,
      () => pid(),
    );
    clock.advance(20_000);
    await assert.rejects(started, { code: "no-process", message: /not ready within 20000 ms/ });
    assert.equal(isRunning(pid()), false);
    await folders.close();
  });

  it("has failed when it ends before, with what it said", async () => {
    const { started, folders } = attempt("throw new Error('no threads left')", new ManualClock());
    await assert.rejects(started, { code: "no-process", message: /exit code 1; it said: Error: no threads left/ });
    await folders.close();
  });
});
