import assert from "node:assert/strict";
import { action } from "../../../../../support/cacao/playbook-source.ts";
import { after, failureOf, gives, runOf, valuesOf } from "../../../../../support/cacao-runs.ts";

const timedOut = /"a": ACTION_TIMEOUT: it took longer than 100 ms$/;

describe("a timeout in a CACAO playbook", () => {
  it("ends the commands of a step, and the step has failed when they have ended", async () => {
    const run = runOf(
      {
        steps: {
          a: action(["slow", "next"], { timeout: 100, on_success: "good", on_failure: "bad" }),
          good: action("good"),
          bad: action("bad"),
        },
      },
      { script: ({ text }) => (text === "slow" ? "open" : gives("")) },
    );
    valuesOf(await run.finish());
    assert.deepEqual(run.executed, ["slow", "bad"]);
    assert.deepEqual(
      run.journal.map(({ end }) => (end?.result.state === "failed" ? end.result.error.code : end?.result.state)),
      ["done", "aborted", "done"],
    );
  });

  it("names the step where nothing handles it", async () => {
    const run = runOf({ steps: { a: action("slow", { timeout: 100 }) } }, { script: () => "open" });
    assert.match(failureOf(await run.finish()), timedOut);
  });

  it("counts over all commands and targets of the step", async () => {
    const run = runOf({ steps: { a: action(["1", "2", "3"], { timeout: 100 }) } }, { script: () => after(40) });
    assert.match(failureOf(await run.finish()), timedOut);
    assert.deepEqual(run.executed, ["1", "2", "3"]);
  });

  it("has no effect when the step ends in time, nor when it is 0", async () => {
    const run = runOf(
      { steps: { a: action("a", { timeout: 100, on_completion: "b" }), b: action("b", { timeout: 0, delay: 0 }) } },
      { script: ({ text }) => after(text === "a" ? 90 : 500) },
    );
    valuesOf(await run.finish());
    assert.deepEqual(
      run.journal.map(({ by }) => by),
      ["timer", "thread", "thread"],
    );
  });

  it("does not count the delay", async () => {
    const run = runOf({ steps: { a: action("a", { delay: 500, timeout: 100 }) } }, { script: () => after(90) });
    valuesOf(await run.finish());
  });

  it("does not count what follows the step", async () => {
    const run = runOf(
      { steps: { a: action("a", { timeout: 100, on_completion: "b" }), b: action("b") } },
      { script: () => after(80) },
    );
    valuesOf(await run.finish());
  });

  it("gives a command the time of its step, and the node's when the step has none", async () => {
    const long = runOf({ steps: { a: action("a", { timeout: 100_000 }) } }, { script: () => after(90_000) });
    valuesOf(await long.finish());
    const short = runOf({ steps: { a: action("a") } }, { script: () => after(90_000) });
    assert.match(failureOf(await short.finish()), /ACTION_TIMEOUT: it took longer than 60000 ms$/);
  });

  const handled = (): Parameters<typeof runOf>[0] => ({
    steps: {
      a: action("a", { timeout: 100, on_success: "good", on_failure: "bad" }),
      good: action("good"),
      bad: action("bad"),
    },
  });

  it("that is over when a lost run goes on gives its command time once more, to say what became of it", async () => {
    const run = runOf(handled(), { script: () => after(50) });
    // The command has had its effect. Its end is not kept.
    assert.equal((await run.execute(new Set([3]))).type, "killed");
    run.clock.advance(60_000);
    valuesOf(await run.finish());
    assert.deepEqual(run.executed, ["a", "a", "good"]);
  });

  it("ends a command that takes too long once more, and the rest of its time counts on when there is more of it", async () => {
    const slow = runOf(handled(), { script: ({ text }) => (text === "a" ? "open" : gives("")) });
    assert.equal((await slow.execute(new Set([2]))).type, "killed");
    slow.clock.advance(60_000);
    const againMs = slow.clock.monotonicMs();
    valuesOf(await slow.finish());
    assert.deepEqual(slow.executed, ["a", "bad"]);
    assert.equal(slow.clock.monotonicMs() - againMs, 100);
    const long = runOf({ steps: { a: action("a", { timeout: 100_000 }) } }, { script: () => "open" });
    const beganMs = long.clock.monotonicMs();
    assert.equal((await long.execute(new Set([2]))).type, "killed");
    long.clock.advance(40_000);
    assert.match(failureOf(await long.finish()), /ACTION_TIMEOUT/);
    assert.equal(long.clock.monotonicMs() - beganMs, 100_000);
  });

  const composites = {
    parallel: { type: "parallel", next_steps: ["b", "c"] },
    "if-condition": { type: "if-condition", condition: "__v__:value = 'x'", on_true: "b" },
    "while-condition": { type: "while-condition", condition: "__v__:value = 'x'", on_true: "b" },
    "switch-condition": { type: "switch-condition", switch: "__v__:value", cases: { x: "b", y: "c" } },
  };
  for (const [type, step] of Object.entries(composites)) {
    it(`ends all that is inside ${type}, and goes on when that has ended`, async () => {
      const run = runOf(
        {
          variables: { __v__: "x" },
          steps: {
            a: { ...step, timeout: 100, on_success: "good", on_failure: "bad" },
            b: action("b", { on_completion: "b2" }),
            b2: action("b2"),
            c: action("c"),
            good: action("good"),
            bad: action("bad"),
          },
        },
        { script: ({ text }) => (text === "b2" ? "open" : after(10)) },
      );
      valuesOf(await run.finish());
      assert.equal(run.executed.at(-1), "bad");
      assert.ok(!run.executed.includes("good"));
      assert.ok(run.journal.every(({ end }) => end !== undefined));
    });
  }

  it("of one parallel branch is the failure of the parallel step", async () => {
    const run = runOf(
      {
        steps: {
          both: { type: "parallel", next_steps: ["a", "b"], on_success: "good", on_failure: "bad" },
          a: action("slow", { timeout: 100 }),
          b: action("b1", { on_completion: "b2" }),
          b2: action("b2"),
          good: action("good"),
          bad: action("bad"),
        },
      },
      { script: ({ text }) => (text === "slow" || text === "b2" ? "open" : after(10)) },
    );
    valuesOf(await run.finish());
    assert.deepEqual(run.executed, ["slow", "b1", "b2", "bad"]);
  });

  it("around another one that is over at the same time is the outer one", async () => {
    const run = runOf(
      {
        steps: {
          a: { type: "parallel", next_steps: ["b", "c"], timeout: 100 },
          b: action("b", { timeout: 100 }),
          c: action("c"),
        },
      },
      { script: () => "open" },
    );
    assert.match(failureOf(await run.finish()), timedOut);
  });

  it("of a person without a timeout of the step is the node's", async () => {
    const settings = { manualTimeoutMs: 5_000 };
    const run = runOf({ steps: { a: action("ask", {}, "manual") } }, { settings, script: () => "open" });
    assert.match(
      failureOf(await run.finish()),
      /"a": command 1 \(manual\): ACTION_TIMEOUT: nobody answered within 5000 ms$/,
    );
    const own = runOf({ steps: { a: action("ask", { timeout: 100 }, "manual") } }, { settings, script: () => "open" });
    assert.match(failureOf(await own.finish()), timedOut);
  });

  it("of a person goes on counting while no process executes the run", async () => {
    const run = runOf({ steps: { a: action("ask", { timeout: 60_000 }, "manual") } }, { script: () => "open" });
    const began = run.clock.wallMs();
    assert.deepEqual(await run.execute(), { type: "waits", untilMs: began + 60_000 });
    run.clock.advance(50_000);
    assert.deepEqual(await run.execute(), { type: "waits", untilMs: began + 60_000 });
    run.answer(2, gives(""));
    valuesOf(await run.execute());
  });
});
