import assert from "node:assert/strict";
import { exitCodeOfRuns } from "../../../../src/bin/commands/run/follow-runs.ts";
import { factLines } from "../../../../src/bin/output/fact-lines.ts";
import {
  logLines,
  questionLines,
  runFacts,
  runStateText,
  spanText,
  stackLines,
} from "../../../../src/bin/output/show-run.ts";
import { stepTimeline } from "../../../../src/bin/output/step-timeline.ts";
import type { Run, RunState, Step } from "../../../../src/client/index.ts";

const run = (more: Partial<Run> = {}): Run => ({
  id: "r1",
  state: "done",
  event: "edr/e1",
  playbook: "isolate",
  version: "ab".repeat(32),
  priority: 100,
  createdAtMs: 1_000,
  startedAtMs: 1_000,
  endedAtMs: 2_000,
  executions: 1,
  steps: { started: 2, done: 2, failed: 0 },
  log: [],
  ...more,
});

const step = (n: number, more: Partial<Step> = {}): Step => ({
  n,
  name: `step-${n}`,
  state: "done",
  idempotent: false,
  input: null,
  startedAtMs: 1_000,
  endedAtMs: 2_000,
  executions: 1,
  ...more,
});

/** What a terminal would obey. */
const obeyed = /[\p{Cc}\p{Cf}]/u;
const hostile = "a\u001b[2J\u202e\nb";

describe("what is shown of a run", () => {
  it("the timeline has a line a step with its place in the time of the run, and its output or error below", () => {
    const lines = stepTimeline(
      run(),
      [
        step(1, { endedAtMs: 1_500, output: { ok: true } }),
        step(2, { startedAtMs: 1_500, executions: 2 }),
        step(3, {
          startedAtMs: 1_250,
          endedAtMs: 1_750,
          state: "failed",
          failure: { code: "timeout", message: "late" },
        }),
      ],
      9_999,
    );
    assert.deepEqual(lines, [
      "   action  state      start   took",
      `1  step-1  done       +0ms    500ms  ${"█".repeat(12)}${"·".repeat(12)}`,
      '   → {"ok":true}',
      `2  step-2  done (2×)  +500ms  500ms  ${"·".repeat(12)}${"█".repeat(12)}`,
      `3  step-3  failed     +250ms  500ms  ${"·".repeat(6)}${"x".repeat(12)}${"·".repeat(6)}`,
      "   timeout: late",
    ]);
  });

  it("what has not ended reaches to now; what is short is still seen; times that disagree break nothing", () => {
    const running = { ...run({ state: "running" }), endedAtMs: undefined } as unknown as Run;
    const open = { ...step(1, { state: "started" }), endedAtMs: undefined } as unknown as Step;
    const [, first, second, third] = stepTimeline(
      running,
      [open, step(2, { startedAtMs: 4_999, endedAtMs: 4_999 }), step(3, { startedAtMs: 10, endedAtMs: 5 })],
      5_000,
    );
    assert.ok(first?.endsWith("▒".repeat(24)), first);
    assert.ok(second?.endsWith(`${"·".repeat(23)}█`), second);
    assert.ok(third?.endsWith(`█${"·".repeat(23)}`), third);
  });

  it("a question names the steps and the command that answers it", () => {
    const waiting = run({ state: "waiting", question: { steps: [2, 5], text: "had block its effect?" } });
    assert.deepEqual(questionLines(waiting), [
      "asks: had block its effect?",
      "answer it with: garrison run answer r1 --step 2 --outcome done|failed|repeat --step 5 --outcome done|failed|repeat",
    ]);
    assert.deepEqual(questionLines(run()), []);
  });

  it("nothing of it reaches a terminal as a command, and all of it is bounded", () => {
    const long = hostile.repeat(100_000);
    const shown = run({
      playbook: long,
      event: long,
      output: long,
      failure: { reason: hostile, message: long },
      question: { steps: [1], text: long },
      log: [{ atMs: 1, level: "warn", text: long }],
    });
    const lines = [
      ...factLines(runFacts(shown)),
      ...questionLines(shown),
      ...stackLines(shown),
      ...logLines(shown),
      ...stepTimeline(shown, [step(1, { name: long, output: long, failure: { code: hostile, message: long } })], 1),
    ];
    for (const line of lines) {
      assert.doesNotMatch(line, obeyed);
      assert.ok(line.length < 1_200, `${line.length} characters`);
    }
  });

  it("a failure is its first line, with some of its stack behind the facts", () => {
    const message = ["Error: no", ...Array.from({ length: 50 }, (_, at) => `    at place ${at}`)].join("\n");
    const failed = run({ state: "failed", failure: { reason: "threw", message } });
    assert.ok(factLines(runFacts(failed)).some((line) => /^failure +Error: no$/.test(line)));
    assert.equal(stackLines(failed).length, 10);
    assert.equal(stackLines(failed)[0], "  at place 0");
    assert.deepEqual(stackLines(run()), []);
  });

  it("states say why, and times are short", () => {
    assert.equal(runStateText(run({ state: "failed", failure: { reason: "memory", message: "" } })), "failed: memory");
    assert.equal(runStateText(run({ state: "skipped", filter: "office-hours" })), "skipped by office-hours");
    assert.deepEqual([0, 999.4, 1_500, 125_000].map(spanText), ["0ms", "999ms", "1.5s", "2m05s"]);
  });

  it("runs come to one exit code: one that failed before one that did not come to its end", () => {
    const code = (...states: readonly RunState[]): number => exitCodeOfRuns(states.map((state) => ({ state })));
    assert.equal(code("done", "skipped"), 0);
    assert.equal(code("done", "failed", "dead"), 1);
    assert.deepEqual([code("done", "cancelled"), code("dead"), code("waiting")], [4, 4, 4]);
  });
});
