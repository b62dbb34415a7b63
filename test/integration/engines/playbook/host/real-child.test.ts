import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { systemClock } from "../../../../../src/base/clock.ts";
import { startChildFrom } from "../../../../../src/bin/process/start-playbook-child.ts";
import { describeModule, type ProcessRunner, type RunEnd } from "../../../../../src/engines/playbook/index.ts";
import { built, inRepository } from "../../../../support/built.ts";
import { KeptJournal, openRunner, runOf } from "../../../../support/playbook-runs.ts";

const startChild = startChildFrom(pathToFileURL(inRepository("dist/bin/respond-child.js")));

describe("a module playbook in its process", () => {
  let runner: ProcessRunner;
  before(async function () {
    this.timeout(120_000);
    await built();
    runner = openRunner({ startChild, child: { stallMs: 500 }, pool: { spare: 2 } });
    runner.wantSpares(true);
  });
  after(() => runner.close());

  const endOf = async (code: string): Promise<{ readonly end: RunEnd; readonly kept: KeptJournal }> => {
    const kept = new KeptJournal();
    const end = await runner.start(runOf(code), kept).ended;
    return { end, kept };
  };

  it("runs its actions and keeps them in its journal", async () => {
    const { end, kept } = await endOf(`
      export const actions = { block: async ({ host }) => "blocked " + host };
      export const onStart = (event, run) => run.act("block", { host: event.data.host });`);
    assert.equal(end.type, "done", JSON.stringify([end, kept.lines]));
    assert.deepEqual(
      kept.starts.map(({ n, name, input }) => ({ n, name, input })),
      [{ n: 1, name: "block", input: { host: "web-1" } }],
    );
    assert.deepEqual(kept.ends, [{ n: 1, result: { state: "done", output: "blocked web-1" } }]);
    assert.deepEqual(kept.lines, []);
  });

  it("has no file, no process and no variable of its node", async () => {
    const { end, kept } = await endOf(`
      import { readFileSync, writeFileSync } from "node:fs";
      import { execFileSync } from "node:child_process";
      const attempt = (what) => { try { return String(what()); } catch (error) { return error.code; } };
      const look = () => [
        attempt(() => readFileSync("/etc/passwd")),
        attempt(() => readFileSync("/proc/self/environ")),
        attempt(() => writeFileSync("mine", "x")),
        attempt(() => writeFileSync("/tmp/mine", "x")),
        attempt(() => execFileSync("/bin/true")),
        JSON.stringify(process.env),
      ];
      export const actions = { look };
      export const onStart = async (event, run) => ({ main: look(), thread: await run.act("look", {}) });`);
    const refused = "ERR_ACCESS_DENIED";
    const all = [refused, refused, refused, refused, refused, "{}"];
    assert.deepEqual(end, { type: "done", output: { main: all, thread: all } }, JSON.stringify(kept.lines));
  });

  it("has stalled when its main thread loops for ever", async () => {
    const { end } = await endOf(`
      export const actions = {};
      export const onStart = () => { for (;;); };`);
    assert(end.type === "failed");
    assert.equal(end.reason, "stalled");
  });

  it("failed for memory when it exhausts its heap", async () => {
    const { end } = await endOf(`
      export const actions = {};
      export const onStart = () => { const all = []; for (;;) all.push(new Array(10_000).fill(all.length)); };`);
    assert(end.type === "failed");
    assert.equal(end.reason, "memory");
  });

  it("goes on from its journal without doing again what has ended", async () => {
    const code = `
      export const actions = { count: (n) => n + 1 };
      export const onStart = async (event, run) => {
        const one = await run.act("count", 1);
        return run.act("count", one * 100);
      };`;
    const kept = new KeptJournal();
    await runner.start(runOf(code), kept).ended;
    const [first] = kept.starts;
    assert(first !== undefined);
    const again = new KeptJournal();
    const journal = [{ ...first, startedAtMs: 1, end: { order: 1, result: { state: "done", output: 7 } as const } }];
    const end = await runner.start(runOf(code, journal), again).ended;
    assert.deepEqual(end, { type: "done", output: 701 });
    assert.deepEqual(
      again.starts.map(({ n, input }) => [n, input]),
      [[2, 700]],
    );
  });

  describe("described without running it", () => {
    const setup = { startChild, child: { maxOldSpaceMb: 64, stallMs: 500 }, clock: systemClock };

    it("has what it exports", async () => {
      const facts = await describeModule(setup, {
        id: "tested",
        code: `
          export const title = "Block a host";
          export const secrets = ["token"];
          export const actions = { block: { run: () => 1, idempotent: true, timeoutMs: 500 } };
          export const onStart = () => { throw new Error("not now"); };`,
      });
      assert.equal(facts.title, "Block a host");
      assert.deepEqual(facts.actions, [{ name: "block", idempotent: true, timeoutMs: 500 }]);
      assert.deepEqual(facts.secrets, ["token"]);
    });

    for (const [what, code] of [
      ["cannot be parsed", "export const = 1;"],
      ["throws at its top level", "throw new Error('no');"],
      ["loops at its top level", "for (;;);"],
      ["ends its process", "process.exit(0);"],
      ["is no playbook", "export const nothing = 1;"],
    ] as const) {
      it(`is invalid when it ${what}`, async () => {
        await assert.rejects(describeModule(setup, { id: "tested", code }), { code: "invalid-playbook" });
      });
    }
  });
});
