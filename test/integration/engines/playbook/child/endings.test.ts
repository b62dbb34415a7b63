import assert from "node:assert/strict";
import type { RunEnd } from "../../../../../src/engines/playbook/index.ts";
import { RealRuns } from "./real-runs.ts";

const wait = `export const actions = { wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms, "waited")) };`;

const failed = (end: RunEnd): { readonly reason: string; readonly message: string } => {
  assert.ok(end.type === "failed", JSON.stringify(end));
  return end;
};

describe("the end of a module playbook", () => {
  const runs = new RealRuns();

  it("comes with onFinish, which sees all that was done, awaited or not", async () => {
    const output = await runs.output(`
      export const actions = { double: (n) => 2 * n, fail: () => { throw new Error("no"); } };
      export const onStart = (event, run) => {
        run.act("double", 1).onDone(({ output }) => run.act("double", output).onDone(() => run.act("fail")));
        return "begun";
      };
      export const onFinish = async ({ output, steps, done, failed }, run) => ({
        output, done, failed,
        steps: steps.map(({ step, action, outcome }) => [step, action, outcome.output ?? outcome.error.code]),
        more: await run.act("double", 4),
        event: run.event.id.startsWith("event-"),
        startedAtMs: run.startedAtMs,
      });`);
    assert.deepEqual(output, {
      output: "begun",
      done: 2,
      failed: 1,
      steps: [
        [1, "double", 2],
        [2, "double", 4],
        [3, "fail", "threw"],
      ],
      more: 8,
      event: true,
      startedAtMs: 1_700_000_000_000,
    });
  });

  it("is skipped by the first filter that does not hold", async () => {
    const { end, kept } = await runs.end(`
      export const filters = { mining: ({ kind }) => kind === "mining", later: async () => false, last: () => false };
      ${wait}
      export const onStart = (event, run) => run.act("wait", 1);`);
    assert.deepEqual(end, { type: "skipped", filter: "later" });
    assert.deepEqual(kept.starts, []);
  });

  it("comes after what runs when onStart throws, and begins nothing more", async () => {
    const { end, kept } = await runs.end(`
      ${wait}
      export const onStart = async (event, run) => {
        for (let n = 0; n < 6; n += 1) run.act("wait", 300).onDone(() => run.act("wait", 301));
        await run.act("absent").then(undefined, () => { throw new TypeError("half way"); });
      };
      export const onFinish = () => "never";`);
    const { reason, message } = failed(end);
    assert.deepEqual([reason, /^TypeError: half way\n +at /.test(message)], ["threw", true]);
    const results = kept.ends.filter(({ n }) => n <= 6).map(({ n, result }) => [n, result.state]);
    // There are four threads.
    assert.deepEqual(results.sort(), [
      [1, "done"],
      [2, "done"],
      [3, "done"],
      [4, "done"],
      [5, "failed"],
      [6, "failed"],
    ]);
    assert.ok(!kept.starts.some(({ input }) => input === 301));
  });

  const threw: Readonly<Record<string, string>> = {
    "rejects in what nobody awaits": `export const onStart = async (event, run) => { void Promise.reject(new Error("mine")); await run.act("wait", 5_000); };`,
    "throws in a timer": `export const onStart = async (event, run) => { setTimeout(() => { throw new Error("mine"); }); await new Promise(() => undefined); };`,
    "throws in a callback": `export const onStart = (event, run) => { run.act("wait", 1).onDone(() => { throw new Error("mine"); }); };`,
    "throws in onFinish": `export const onStart = () => 1; export const onFinish = async () => { throw new Error("mine"); };`,
    "throws in a filter": `export const filters = { bad: () => { throw new Error("mine"); } }; export const onStart = () => 1;`,
    "awaits an action that failed": `export const onStart = (event, run) => run.act("mine");`,
    "gives an action what is not JSON": `export const onStart = (event, run) => { run.act("wait", { mine: () => 1 }); };`,
    "throws what has no text": `export const onStart = () => { throw { toString() { throw 1; }, mine: 1 }; };`,
  };
  for (const [what, code] of Object.entries(threw)) {
    it(`is a failure when it ${what}`, async () => {
      const quick = wait.replace("setTimeout(resolve, ms", "setTimeout(resolve, Math.min(ms, 50)");
      const { reason, message } = failed((await runs.end(`${quick}\n${code}`)).end);
      assert.equal(reason, "threw", message);
      assert.match(message, /mine|without text/);
    });
  }

  it("is a failure when its output cannot be kept", async () => {
    const large = failed((await runs.end(`${wait} export const onStart = () => "x".repeat(70_000);`)).end);
    assert.equal(large.reason, "too-large");
    const circle = failed(
      (await runs.end(`${wait} export const onStart = () => { const a = {}; return { a: (a.a = a) }; };`)).end,
    );
    assert.deepEqual([circle.reason, /not JSON/.test(circle.message)], ["threw", true]);
  });

  const invalid: Readonly<Record<string, readonly [string, RegExp]>> = {
    "has no onStart": ["export const actions = {};", /onStart is no function/],
    "is no JavaScript": ["export const = 1;", /SyntaxError/],
    "throws when it is loaded": ["throw new Error('at the top');", /at the top/],
    "imports what is not there": ["import 'nowhere'; export const onStart = () => 1;", /nowhere/],
  };
  for (const [what, [code, message]] of Object.entries(invalid)) {
    it(`is invalid when it ${what}`, async () => {
      const end = failed((await runs.end(code)).end);
      assert.equal(end.reason, "invalid");
      assert.match(end.message, message);
    });
  }
});
