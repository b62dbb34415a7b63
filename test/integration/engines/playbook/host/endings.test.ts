import assert from "node:assert/strict";
import type { ProcessRunner, RunEnd } from "../../../../../src/engines/playbook/index.ts";
import { KeptJournal, openRunner, runOf } from "../../../../support/playbook-runs.ts";

/** Ends of runs of a script that gets the channel of its process. */
describe("how the run of a process ends", () => {
  let runner: ProcessRunner;
  before(() => {
    runner = openRunner({ child: { maxRssMb: 300, maxOldSpaceMb: 128 }, pool: { spare: 2 } });
    runner.wantSpares(true);
  });
  after(() => runner.close());

  const endOf = async (body: string): Promise<{ readonly end: RunEnd; readonly kept: KeptJournal }> => {
    const kept = new KeptJournal();
    const code = `export default async ({ load, say, sayOnLife, hear, frames }) => { ${body} };`;
    const end = await runner.start(runOf(code), kept).ended;
    return { end, kept };
  };
  const failureOf = async (body: string): Promise<{ readonly reason: string; readonly message: string }> => {
    const { end } = await endOf(body);
    assert(end.type === "failed", JSON.stringify(end));
    return end;
  };

  it("is done with its output", async () => {
    const { end } = await endOf(`await say({ type: "done", output: { host: load.event.data.host } });`);
    assert.deepEqual(end, { type: "done", output: { host: "web-1" } });
  });

  it("is not done while a step is under way, whatever the process says", async () => {
    const { reason, message } = await failureOf(`
      await say({ type: "started", steps: [{ n: 1, name: "block", input: null, by: "thread", idempotent: false, heard: 0 }] });
      await hear("started-kept");
      await say({ type: "done", output: null });`);
    assert.equal(reason, "protocol");
    assert.match(message, /steps were under way/);
  });

  it("is skipped by a filter", async () => {
    const { end } = await endOf(`await say({ type: "skipped", filter: "office hours" });`);
    assert.deepEqual(end, { type: "skipped", filter: "office hours" });
  });

  it("fails as the process says", async () => {
    assert.deepEqual(await failureOf(`await say({ type: "failed", reason: "threw", message: "no such host" });`), {
      type: "failed",
      reason: "threw",
      message: "no such host",
    });
  });

  for (const [what, body, says] of [
    ["aborts", "process.abort();", /SIGABRT/],
    ["exits", "process.exit(3);", /exit code 3/],
    ["exits as if all were well", "process.exit(0);", /exit code 0/],
    ["has a segmentation fault", "process.kill(process.pid, 'SIGSEGV');", /SIGSEGV/],
    [
      "throws past everybody",
      "setImmediate(() => { throw new Error('kaboom'); });",
      /exit code 1; it said: Error: kaboom/,
    ],
  ] as const) {
    it(`has crashed when the process ${what}`, async () => {
      const { reason, message } = await failureOf(body);
      assert.equal(reason, "crashed");
      assert.match(message, says);
    });
  }

  it("failed for memory when the heap is exhausted", async () => {
    const { reason, message } = await failureOf(
      `const all = []; for (;;) all.push(new Array(10_000).fill(all.length));`,
    );
    assert.equal(reason, "memory");
    assert.match(message, /128 MiB.*maxOldSpaceMb/);
  });

  it("failed for memory outside of the heap, with what it took", async () => {
    const { reason, message } = await failureOf(
      `const all = []; setInterval(() => all.push(Buffer.alloc(8 * 1024 * 1024, 1)), 5); await hear("cancel");`,
    );
    assert.equal(reason, "memory");
    assert.match(message, /took (?:[3-9]|1\d)\d\d MiB, at most 300 are allowed/);
  });

  it("failed by its deadline although it loops for ever", async () => {
    const hasty = openRunner({ child: { deadlineMs: 300 } });
    const end = await hasty.start(runOf("export default () => { for (;;); };"), new KeptJournal()).ended;
    await hasty.close();
    assert(end.type === "failed", JSON.stringify(end));
    assert.equal(end.reason, "deadline");
    assert.match(end.message, /longer than 300 ms/);
  });

  it("failed as stalled when the watchdog says so", async () => {
    const { reason, message } = await failureOf(`sayOnLife({ type: "stalled", forMs: 2000.4 }); await hear("cancel");`);
    assert.equal(reason, "stalled");
    assert.match(message, /2000 ms/);
  });

  for (const signal of ["SIGKILL", "SIGTERM"]) {
    it(`is lost when ${signal} comes from outside`, async () => {
      const { end } = await endOf(`process.kill(process.pid, "${signal}"); await hear("cancel");`);
      assert.equal(end.type, "lost");
    });
  }

  it("keeps what was told in the moment before it crashed", async () => {
    const { end, kept } = await endOf(`
      await say({ type: "started", steps: [{ n: 1, name: "block", input: {}, by: "thread", idempotent: false, heard: 0 }] });
      await hear("started-kept");
      await say({ type: "ended", ends: [{ n: 1, result: { state: "done", output: 7 } }] });
      process.abort();`);
    assert.equal(end.type, "failed");
    assert.deepEqual(kept.ends, [{ n: 1, result: { state: "done", output: 7 } }]);
  });

  describe("failed for what it must not say", () => {
    const step = `{ n: 1, name: "block", input: {}, by: "thread", idempotent: false, heard: 0 }`;
    for (const [what, body, says] of [
      ["a message of no known type", `await say({ type: "give me all" });`, /./],
      ["what is no frame", `frames.write(Buffer.from([0, 0, 0, 5, 1, 2, 3, 4, 5]));`, /not JSON/],
      ["a frame beyond the bound", `frames.write(Buffer.from([0x7f, 0, 0, 0]));`, /larger/],
      ["that it is ready", `await say({ type: "ready" });`, /ready/],
      ["a step out of order", `await say({ type: "started", steps: [{ ...${step}, n: 2 }] });`, /step 2 after step 0/],
      [
        "the end of a step that never began",
        `await say({ type: "ended", ends: [{ n: 1, result: { state: "done", output: 1 } }] });`,
        /step 1/,
      ],
      ["nothing more, its channel closed", `frames.destroy();`, /closed its channel/],
    ] as const) {
      it(what, async () => {
        const { reason, message } = await failureOf(`${body} await hear("cancel");`);
        assert.equal(reason, "protocol");
        assert.match(message, says);
      });
    }
  });
});
