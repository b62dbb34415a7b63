import assert from "node:assert/strict";
import { startChildFrom } from "../../../../../src/bin/process/start-playbook-child.ts";
import type { ProcessRunner, RunEnd } from "../../../../../src/engines/playbook/index.ts";
import { pathToFileURL } from "node:url";
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
});
