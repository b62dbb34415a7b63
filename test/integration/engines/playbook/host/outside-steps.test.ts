import assert from "node:assert/strict";
import type {
  JournaledStep,
  NodeCall,
  NodeCommands,
  ProcessRunner,
  StepResult,
} from "../../../../../src/engines/playbook/index.ts";
import { KeptJournal, openRunner, runOf } from "../../../../support/playbook-runs.ts";
import { until } from "../../../../support/until.ts";

const done = (output: string): StepResult => ({ state: "done", output });
const stopped: StepResult = { state: "failed", error: { code: "aborted", message: "stopped" } };

/** Commands of a node that end when they are told to, or soon after they are aborted. */
class ScriptedCommands implements NodeCommands {
  readonly calls: NodeCall[] = [];
  readonly reasons: string[] = [];
  /** In the order of their beginnings. */
  readonly #open = new Set<(result: StepResult) => void>();

  get running(): number {
    return this.#open.size;
  }

  run(call: NodeCall, signal: AbortSignal): Promise<StepResult> {
    this.calls.push(call);
    return new Promise((resolve) => {
      const end = (result: StepResult): void => {
        this.#open.delete(end);
        resolve(result);
      };
      this.#open.add(end);
      signal.addEventListener("abort", () => {
        this.reasons.push(String(signal.reason));
        setImmediate(() => end(stopped));
      });
    });
  }

  end(result: StepResult): void {
    const [first] = this.#open;
    first?.(result);
  }
}

const starting = (by: string, n = 1): string =>
  `{ n: ${n}, name: "scan", input: { of: "web-1" }, by: "${by}", idempotent: true, heard: 0 }`;
const started = (...by: readonly string[]): string =>
  `await say({ type: "started", steps: [${by.map((one, at) => starting(one, at + 1)).join()}] }); await hear("started-kept");`;
/** Ends step 1 as the node says it ended, and is done with that. */
const endAsTold = `const { result } = await hear("settled");
  await say({ type: "ended", ends: [{ n: 1, result }] }); await hear("ended-kept");
  await say({ type: "done", output: result });`;

describe("steps that the process of a run does not execute", () => {
  const commands = new ScriptedCommands();
  let runner: ProcessRunner;
  before(() => {
    runner = openRunner({ nodeCommands: commands, pool: { spare: 2 } });
    runner.wantSpares(true);
  });
  after(() => runner.close());

  const begin = (body: string, kind: "cacao" | "module" = "cacao", journal: readonly JournaledStep[] = []) => {
    const kept = new KeptJournal();
    const work = runOf(`export default async ({ load, say, hear }) => { ${body} };`, journal);
    return { kept, work, run: runner.start({ ...work, playbook: { ...work.playbook, kind } }, kept) };
  };
  const isRunning = (count: number): Promise<void> =>
    until(
      () => commands.running === count,
      () => commands.running,
    );

  it("are executed by its node, once their start is kept, and end as it says", async () => {
    const { run, work, kept } = begin(`${started("node")} await say({ type: "run", n: 1 }); ${endAsTold}`);
    await isRunning(1);
    assert.deepEqual(commands.calls.at(-1), {
      runId: work.runId,
      playbook: "tested",
      n: 1,
      name: "scan",
      input: { of: "web-1" },
      idempotencyKey: `${work.runId}-1`,
      cause: { chain: [`${work.event.source}/${work.event.id} tested`] },
    });
    commands.end(done("scanned"));
    assert.deepEqual(await run.ended, { type: "done", output: done("scanned") });
    assert.deepEqual(kept.ends, [{ n: 1, result: done("scanned") }]);
  });

  it("fail when what the node answers is too much to be kept", async () => {
    const { run } = begin(`${started("node")} await say({ type: "run", n: 1 }); ${endAsTold}`);
    await isRunning(1);
    commands.end(done("x".repeat(70_000)));
    const end = await run.ended;
    assert.match(JSON.stringify(end), /"too-large"/);
  });

  it("are stopped when the process wants them no longer, and settle nevertheless", async () => {
    const { run } = begin(
      `${started("node")} await say({ type: "run", n: 1 }); await say({ type: "abort", n: 1 }); ${endAsTold}`,
    );
    assert.deepEqual(await run.ended, { type: "done", output: stopped });
    assert.match(commands.reasons.at(-1) ?? "", /wants it no longer/);
  });

  for (const [how, end] of [
    ["is cancelled", (run: ReturnType<typeof begin>["run"]) => run.cancel()],
    ["is abandoned by its process", undefined],
  ] as const) {
    it(`are stopped, and have ended, when the run ${how}`, async () => {
      const then = end === undefined ? `await hear("settled"); process.exit(3);` : `await hear("nothing");`;
      const { run } = begin(`${started("node", "node")} await say({ type: "run", n: 1 });
        await say({ type: "run", n: 2 }); ${then}`);
      await isRunning(2);
      if (end === undefined) commands.end(done("one"));
      else end(run);
      await run.ended;
      assert.equal(commands.running, 0);
    });
  }

  for (const [what, body, says] of [
    ["that is not started", `await say({ type: "run", n: 1 });`, /step 1/],
    ["that is a person's", `${started("person")} await say({ type: "run", n: 1 });`, /step 1/],
    ["that runs", `${started("node")} await say({ type: "run", n: 1 }); await say({ type: "run", n: 1 });`, /step 1/],
  ] as const) {
    it(`are no reason to execute one ${what}: its process has failed`, async () => {
      const end = await begin(`${body} await hear("nothing");`).run.ended;
      assert.ok(end.type === "failed" && end.reason === "protocol", JSON.stringify(end));
      assert.match(end.message, says);
      assert.equal(commands.running, 0);
    });
  }

  it("are executed once, also when the process has heard how they ended and asks again", async () => {
    const before = commands.calls.length;
    const again = `await say({ type: "run", n: 1 });`;
    const { run } = begin(`${started("node")} ${again} await hear("settled"); ${again} await hear("nothing");`);
    await isRunning(1);
    commands.end(done("scanned"));
    const end = await run.ended;
    assert.ok(end.type === "failed" && end.reason === "protocol", JSON.stringify(end));
    assert.equal(commands.calls.length, before + 1);
  });

  it("are none of a module's: its process has failed before anything is kept", async () => {
    const { run, kept } = begin(`${started("node")} await hear("nothing");`, "module");
    const end = await run.ended;
    assert.ok(end.type === "failed" && end.reason === "protocol", JSON.stringify(end));
    assert.deepEqual(kept.starts, []);
  });

  it("are answered by a person, also before the process has its playbook, and once only", async () => {
    const journal: readonly JournaledStep[] = [
      { n: 1, name: "ask", input: null, by: "person", idempotent: true, heard: 0, startedAtMs: 1 },
    ];
    const { run } = begin(endAsTold, "cacao", journal);
    run.answer(2, done("nobody asked"));
    run.answer(1, done("yes"));
    run.answer(1, done("no"));
    assert.deepEqual(await run.ended, { type: "done", output: done("yes") });
  });

  it("are not answered when they are no person's", async () => {
    const { run, kept } = begin(`${started("node")} await say({ type: "run", n: 1 }); ${endAsTold}`);
    await isRunning(1);
    run.answer(1, done("forged"));
    commands.end(done("scanned"));
    await run.ended;
    assert.deepEqual(kept.ends, [{ n: 1, result: done("scanned") }]);
  });

  it("let the run wait, without a process, when they are persons' and timers'", async () => {
    const { run } = begin(`${started("person", "timer")} await say({ type: "waits", untilMs: 1700000000000 });`);
    assert.deepEqual(await run.ended, { type: "waits", untilMs: 1_700_000_000_000 });
    run.answer(1, done("late"));
    const { run: endless } = begin(`${started("person")} await say({ type: "waits" });`);
    assert.deepEqual(await endless.ended, { type: "waits", untilMs: undefined });
  });

  for (const [what, by] of [
    ["a thread's", ["person", "thread"]],
    ["the node's", ["person", "node"]],
    ["nobody's", []],
  ] as const) {
    it(`do not let it wait when one is ${what}: its process has failed`, async () => {
      const body = by.length === 0 ? "" : started(...by);
      const end = await begin(`${body} await say({ type: "waits" });`).run.ended;
      assert.ok(end.type === "failed" && end.reason === "protocol", JSON.stringify(end));
    });
  }

  it("do not keep a run from being quiesced when they are persons' and timers'", async () => {
    const { run, kept } = begin(`${started("person", "timer")} await hear("nothing");`);
    await until(
      () => kept.starts.length === 2,
      () => kept.starts,
    );
    run.quiesce();
    assert.deepEqual(await run.ended, { type: "quiesced" });
  });

  it("keep it from being quiesced while the node executes one", async () => {
    const { run, kept } = begin(`${started("node")} await say({ type: "run", n: 1 });
      const { result } = await hear("settled");
      await say({ type: "ended", ends: [{ n: 1, result }] }); await hear("nothing");`);
    await isRunning(1);
    run.quiesce();
    commands.end(done("scanned"));
    assert.deepEqual(await run.ended, { type: "quiesced" });
    assert.deepEqual(kept.ends, [{ n: 1, result: done("scanned") }]);
  });
});
