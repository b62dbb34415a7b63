import assert from "node:assert/strict";
import type { Json } from "../../../../../src/base/json.ts";
import type { StepResult } from "../../../../../src/engines/playbook/index.ts";
import {
  CommandFailure,
  createNodeCommands,
  type CommandOutput,
  type CommandTask,
  type NodeCommand,
  type OwnedNodeCommands,
} from "../../../../../src/engines/playbook/node-commands/index.ts";
import { CapturedLog } from "../../../../support/captured-log.ts";
import { ManualClock } from "../../../../support/manual-clock.ts";
import { until } from "../../../../support/until.ts";

const output: CommandOutput = { text: "done", truncated: false, facts: {} };

/** A command whose executions end when the test says so. */
class HeldCommand implements NodeCommand {
  readonly atOnce = 2;
  readonly timeoutMs = 1_000;
  readonly running: { readonly input: Json; readonly task: CommandTask; readonly end: (error?: Error) => void }[] = [];
  /** Executions that were begun and have not ended. */
  now = 0;
  most = 0;

  async run(input: Json, task: CommandTask): Promise<CommandOutput> {
    this.now += 1;
    this.most = Math.max(this.most, this.now);
    try {
      await new Promise<void>((resolve, reject) => {
        const end = (error?: Error): void => (error === undefined ? resolve() : reject(error));
        this.running.push({ input, task, end });
        task.signal.addEventListener("abort", () => reject(new CommandFailure("threw", "it let go")));
      });
      return output;
    } finally {
      this.now -= 1;
    }
  }
}

const failureOf = (result: StepResult): { readonly code: string; readonly message: string } => {
  assert.equal(result.state, "failed", JSON.stringify(result));
  return result.error;
};

describe("createNodeCommands", () => {
  let clock: ManualClock;
  let log: CapturedLog;
  let command: HeldCommand;
  let commands: OwnedNodeCommands;
  let n: number;

  beforeEach(() => {
    clock = new ManualClock();
    log = new CapturedLog();
    command = new HeldCommand();
    n = 0;
    commands = createNodeCommands({
      bash: undefined,
      yara: command,
      garrison: undefined,
      clock,
      log: log.logger,
      limits: { mostWaiting: 2, waitMs: 500, mostTimeoutMs: 5_000 },
    });
  });

  const cause = { chain: ["fw/1 p"] };
  const run = (
    input: Json = {},
    { name = "yara", signal = new AbortController().signal }: { name?: string; signal?: AbortSignal } = {},
  ): Promise<StepResult> => {
    n += 1;
    const call = { runId: "r", playbook: "p", n, name, input, idempotencyKey: `r-${n}`, cause };
    return commands.run(call, signal);
  };
  const begun = (count: number): Promise<void> =>
    until(
      () => command.running.length === count,
      () => command.running.length,
    );

  it("gives a command its input, key and cause, and answers with its output", async () => {
    const result = run({ word: "x" });
    await begun(1);
    assert.deepEqual(command.running[0]?.input, { word: "x" });
    assert.equal(command.running[0]?.task.idempotencyKey, "r-1");
    assert.equal(command.running[0].task.cause, cause);
    command.running[0]?.end();
    assert.deepEqual(await result, { state: "done", output });
  });

  it("refuses a kind that is off by the name of its key, and knows no other kinds", async () => {
    const off = failureOf(await run({}, { name: "bash" }));
    assert.equal(off.code, "refused");
    assert.match(off.message, /respond\.commands\.bash/);
    assert.equal(failureOf(await run({}, { name: "toString" })).code, "unknown-action");
  });

  it("takes no input that is no object, too large, or asks for a time that is none", async () => {
    for (const input of [null, "x", ["x"], { timeoutMs: 0 }, { timeoutMs: "9" }, { text: "x".repeat(70_000) }]) {
      assert.equal(failureOf(await run(input)).code, "threw");
    }
    assert.equal(command.running.length, 0);
  });

  it("executes so many at once, the others in their order, and refuses what does not fit into the line", async () => {
    const results = [run({ at: 1 }), run({ at: 2 }), run({ at: 3 }), run({ at: 4 })];
    await begun(2);
    assert.equal(failureOf(await run({ at: 5 })).code, "refused");
    command.running[1]?.end();
    await begun(3);
    command.running[2]?.end();
    await begun(4);
    command.running[0]?.end();
    command.running[3]?.end();
    assert.ok((await Promise.all(results)).every(({ state }) => state === "done"));
    assert.deepEqual(
      command.running.map(({ input }) => input),
      [{ at: 1 }, { at: 2 }, { at: 3 }, { at: 4 }],
    );
    assert.equal(command.most, 2);
  });

  it("ends what takes longer than its input, or its kind, says; never longer than may be", async () => {
    const asked = run({ timeoutMs: 100 });
    const greedy = run({ timeoutMs: 3_600_000 });
    await begun(2);
    clock.advance(99);
    assert.equal(command.now, 2);
    clock.advance(1);
    assert.deepEqual(failureOf(await asked), { code: "timeout", message: "it took longer than 100 ms: it let go" });
    const usual = run();
    await begun(3);
    clock.advance(1_000);
    assert.equal(failureOf(await usual).code, "timeout");
    clock.advance(3_900);
    assert.match(failureOf(await greedy).message, /5000 ms/);
  });

  it("gives up what waits in line too long, and its place in the line is free", async () => {
    const first = [run({ timeoutMs: 5_000 }), run({ timeoutMs: 5_000 })];
    await begun(2);
    const waits = run();
    clock.advance(500);
    assert.match(failureOf(await waits).message, /waited in line/);
    assert.equal(failureOf(await waits).code, "timeout");
    command.running.forEach(({ end }) => end());
    await Promise.all(first);
    const later = run();
    await begun(3);
    command.running[2]?.end();
    assert.equal((await later).state, "done");
  });

  it("ends what is aborted, also before it has begun", async () => {
    const abort = new AbortController();
    const first = [run(), run()];
    await begun(2);
    const waits = run({}, { signal: abort.signal });
    abort.abort();
    assert.equal(failureOf(await waits).code, "aborted");
    assert.equal(failureOf(await run({}, { signal: abort.signal })).code, "aborted");
    assert.equal(command.running.length, 2);
    command.running.forEach(({ end }) => end());
    await Promise.all(first);
  });

  it("ends all with close, and begins none after it", async () => {
    const results = [run(), run(), run()];
    await begun(2);
    await commands.close();
    assert.equal(command.now, 0);
    for (const result of await Promise.all(results)) assert.equal(failureOf(result).code, "aborted");
    assert.equal(failureOf(await run()).code, "aborted");
    assert.equal(command.running.length, 2);
  });

  it("fails a step with what its command says, and logs only what nobody expected", async () => {
    const refused = run();
    await begun(1);
    command.running[0]?.end(new CommandFailure("refused", "not here"));
    assert.deepEqual(failureOf(await refused), { code: "refused", message: "not here" });
    assert.equal(log.lines.length, 0);
    const broken = run();
    await begun(2);
    command.running[1]?.end(new TypeError("a fault"));
    assert.equal(failureOf(await broken).code, "threw");
    assert.equal(log.lines.length, 1);
  });
});
