import assert from "node:assert/strict";
import { exitCodeOfRuns } from "../../../../src/bin/commands/run/follow-runs.ts";
import { factLines } from "../../../../src/bin/output/text/fact-lines.ts";
import { logLines, runFacts, runStateText, spanText, stackLines } from "../../../../src/bin/output/respond/show-run.ts";
import { questionLines } from "../../../../src/bin/output/respond/run-question.ts";
import { stepTimeline } from "../../../../src/bin/output/respond/step-timeline.ts";
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
  by: "thread",
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
    const ask = { kind: "unknown" as const, text: "Did block have its effect?", inArgs: [], outArgs: [] };
    const question = { steps: [2, 5], text: "had block its effect?", asks: [2, 5].map((step) => ({ ...ask, step })) };
    assert.deepEqual(questionLines(run({ state: "waiting", question })), [
      "asks: had block its effect?",
      "step 2: Did block have its effect?",
      "  answer it with: garrison run answer r1 --step 2 --done [JSON] | --failed TEXT | --repeat",
      "step 5: Did block have its effect?",
      "  answer it with: garrison run answer r1 --step 5 --done [JSON] | --failed TEXT | --repeat",
    ]);
    const many = { steps: Array.from({ length: 25 }, (_, at) => at + 1), text: "", asks: [{ ...ask, step: 1 }] };
    assert.equal(questionLines(run({ question: many })).at(-1), "and about 24 more steps: answer these first");
    assert.deepEqual(questionLines(run()), []);
  });

  it("what a person is to do has what to do it with, what it has to give, and a command for each step", () => {
    const manual = (step: number) => ({ step, kind: "manual" as const, text: "Isolate it", inArgs: [], outArgs: [] });
    const asked = {
      ...manual(3),
      inArgs: [{ name: "__host__", value: "web-1" }, { name: "__user__" }],
      outArgs: [
        { name: "__ticket__", type: "integer", description: "of the case" },
        { name: "__by__", type: "string" },
      ],
    };
    const question = { steps: [3, 4], text: "two steps are for people", asks: [asked, manual(4)] };
    assert.deepEqual(questionLines(run({ state: "running", question })), [
      "asks: two steps are for people",
      "step 3, for a person: Isolate it",
      "  __host__ = web-1",
      "  __user__ has no value",
      "  wants __ticket__ (integer): of the case",
      "  wants __by__ (string)",
      "  answer it with: garrison run answer r1 --step 3 --set __ticket__=… --set __by__=… | --failed TEXT",
      "step 4, for a person: Isolate it",
      "  answer it with: garrison run answer r1 --step 4 --done | --failed TEXT",
    ]);
  });

  it("a step of CACAO says what it is for, and its answer in one line", () => {
    const about = { step: "action--6f1e0f4a-9c3b-4d8e-8a55-0d1c2b3a4f5e", agent: "soc" };
    const output = (text: string, facts: object) => ({ text, truncated: false, facts: { ...facts } });
    const [, , first, second, , third, , fourth, , fifth] = stepTimeline(
      run(),
      [
        step(1, {
          name: "http-api",
          input: { ...about, step_name: "Block", target: "firewall", method: "POST", url: "https://fw/x", headers: {} },
          output: output("ok", { status: 200, headers: {} }),
        }),
        step(2, { name: "ssh", input: { ...about, host: "web-1", port: 22, command: "uptime" } }),
        step(3, { name: "timeout", by: "timer", state: "aborted", input: { step: about.step, ms: 90_000 } }),
        step(4, {
          name: "manual",
          by: "person",
          input: { ...about, text: "Call them", for: [], in_args: {}, out_args: [] },
        }),
        // A module's own.
        step(5, { input: { step: "one", agent: "x" } }),
      ],
      9_999,
    );
    assert.equal(first, "   Block on firewall: POST https://fw/x");
    assert.equal(second, "   → status=200 ok");
    assert.equal(third, `   ${about.step} on soc: web-1:22 uptime`);
    assert.equal(fourth, `   ${about.step}: 1m30s`);
    assert.equal(fifth, `   ${about.step} on soc: Call them`);
  });

  it("a run that waits says until when", () => {
    const waiting = run({ state: "waiting", waitsUntilMs: 86_400_000 });
    assert.ok(
      factLines(runFacts(waiting)).includes("goes on    1970-01-02T00:00:00.000Z"),
      factLines(runFacts(waiting)).join("\n"),
    );
    assert.ok(!factLines(runFacts({ ...waiting, state: "done" })).some((line) => line.startsWith("goes on")));
  });

  it("nothing of it reaches a terminal as a command, and all of it is bounded", () => {
    const long = hostile.repeat(100_000);
    const shown = run({
      playbook: long,
      event: long,
      output: long,
      failure: { reason: hostile, message: long },
      question: {
        steps: [1],
        text: long,
        asks: [
          {
            ...{ step: 1, kind: "manual", text: long },
            inArgs: [{ name: long, value: long }],
            outArgs: [{ name: long, type: long, description: long }],
          },
        ],
      },
      log: [{ atMs: 1, level: "warn", text: long }],
    });
    const lines = [
      ...factLines(runFacts(shown)),
      ...questionLines(shown),
      ...stackLines(shown),
      ...logLines(shown),
      ...stepTimeline(
        shown,
        [
          step(1, { name: long, output: long, failure: { code: hostile, message: long } }),
          step(2, {
            input: { step: "action--6f1e0f4a-9c3b-4d8e-8a55-0d1c2b3a4f5e", step_name: long, command: long },
            output: { text: long, truncated: true, facts: { [hostile]: long } },
          }),
        ],
        1,
      ),
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
