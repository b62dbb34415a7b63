import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { systemClock } from "../../../../../src/base/clock.ts";
import type { ActionJob } from "../../../../../src/engines/playbook/child/threads/action-thread.ts";
import { ThreadPool } from "../../../../../src/engines/playbook/child/threads/thread-pool.ts";
import type { LogLine, StepResult } from "../../../../../src/engines/playbook/index.ts";
import { built, inRepository } from "../../../../support/built.ts";
import { tempDir } from "../../../../support/temp-dir.ts";
import { until } from "../../../../support/until.ts";

const module = `
  export const actions = {
    waits: (input, { signal, log }) => new Promise((resolve, reject) => {
      log("info", "waits " + input);
      const stay = setInterval(() => undefined, 1_000);
      signal.addEventListener("abort", () => { clearInterval(stay); reject(signal.reason); });
    }),
    finishes: (input, { signal, log }) => new Promise((resolve) => {
      log("info", "finishes " + input);
      const stay = setInterval(() => undefined, 1_000);
      signal.addEventListener("abort", () => { clearInterval(stay); resolve("finished"); });
    }),
    loops: (input, { log }) => { log("info", "loops " + input); for (;;); },
    answers: (input) => input,
  };
  export const onStart = () => null;`;

describe("an action that is aborted", () => {
  const folder = tempDir("abort-action");
  const workers = new Set<Worker>();
  let pool: ThreadPool;
  let lines: LogLine[] = [];
  before(async function () {
    this.timeout(120_000);
    await built();
    writeFileSync(join(folder.path, "tested.mjs"), module);
  });
  after(() => folder.remove());
  beforeEach(() => {
    lines = [];
    pool = new ThreadPool({
      start: () => {
        const worker = new Worker(pathToFileURL(inRepository("dist/bin/respond-thread.js")));
        workers.add(worker);
        worker.on("exit", () => workers.delete(worker));
        return worker;
      },
      warm: 1,
      clock: systemClock,
      logged: (line) => lines.push(line),
    });
    const file = join(folder.path, "tested.mjs");
    pool.load({ actions: { kind: "module", file, secretNames: [] }, runId: "run-1", secrets: {}, egress: [] }, 1);
  });
  afterEach(async () => {
    await Promise.all([...workers].map((worker) => worker.terminate()));
  });

  const run = (n: number, name: string): Promise<StepResult> =>
    new Promise((settled) => {
      const job: ActionJob = { n, name, input: n, withheld: undefined, timeoutMs: 60_000, settled };
      pool.run(job);
    });
  const hasSaid = (text: string): Promise<void> =>
    until(
      () => lines.some((line) => line.text === text),
      () => lines,
      15_000,
    );

  it("is told so by its signal, and its thread serves the next", async () => {
    const ending = run(1, "waits");
    await hasSaid("waits 1");
    const [worker] = workers;
    pool.abortStep(1, "no longer wanted");
    assert.deepEqual(await ending, { state: "failed", error: { code: "threw", message: "no longer wanted" } });
    assert.deepEqual(await run(2, "answers"), { state: "done", output: 2 });
    assert.deepEqual([...workers], [worker]);
  });

  it("counts as done when it is done by then", async () => {
    const ending = run(1, "finishes");
    await hasSaid("finishes 1");
    pool.abortStep(1, "no longer wanted");
    assert.deepEqual(await ending, { state: "done", output: "finished" });
  });

  it("is ended with its thread when it does not listen, and another thread serves the next", async () => {
    const ending = run(1, "loops");
    const next = run(2, "answers");
    await hasSaid("loops 1");
    const [worker] = workers;
    pool.abortStep(1, "no longer wanted");
    pool.abortStep(1, "no longer wanted");
    const end = await ending;
    assert.ok(end.state === "failed" && end.error.code === "died", JSON.stringify(end));
    assert.deepEqual(await next, { state: "done", output: 2 });
    assert.notDeepEqual([...workers], [worker]);
  });

  it("never begins while it waits for a thread", async () => {
    const running = run(1, "waits");
    const waiting = run(2, "waits");
    await hasSaid("waits 1");
    pool.abortStep(2, "no longer wanted");
    assert.deepEqual(await waiting, { state: "failed", error: { code: "aborted", message: "no longer wanted" } });
    pool.abortStep(1, "no longer wanted");
    await running;
    assert.deepEqual(
      lines.map(({ text }) => text),
      ["waits 1"],
    );
  });
});
