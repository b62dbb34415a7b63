import assert from "node:assert/strict";
import { action } from "../../../../../support/cacao/playbook-source.ts";
import {
  type Answer,
  fails,
  failureOf,
  gives,
  runOf,
  type ScriptedStep,
  valuesOf,
} from "../../../../../support/cacao-runs.ts";

const failing =
  (...texts: readonly string[]) =>
  ({ text }: ScriptedStep): Answer =>
    texts.includes(text) ? fails(`${text} failed`) : gives("");

describe("a failure in a CACAO playbook", () => {
  it("ends the run and names step, command and cause", async () => {
    const run = runOf(
      { steps: { a: action(["a", "b"], { on_completion: "c" }), c: action("c") } },
      { script: failing("b") },
    );
    assert.match(failureOf(await run.finish()), /^action--[0-9a-f-]+ "a": command 2 \(http-api\): threw: b failed$/);
    assert.deepEqual(run.executed, ["a", "b"]);
  });

  it("goes to on_failure and never to on_success; a chain from there to its end has handled it", async () => {
    const steps = {
      a: action("a", { on_success: "good", on_failure: "bad" }),
      good: action("good"),
      bad: action("bad", { on_completion: "more" }),
      more: action("more"),
    };
    const failed = runOf({ steps }, { script: failing("a") });
    valuesOf(await failed.finish());
    assert.deepEqual(failed.executed, ["a", "bad", "more"]);
    const succeeded = runOf({ steps });
    valuesOf(await succeeded.finish());
    assert.deepEqual(succeeded.executed, ["a", "good"]);
  });

  it("goes on along a chain of steps that fail in their turn", async () => {
    const run = runOf(
      {
        steps: {
          a: action("a", { on_success: "end", on_failure: "b" }),
          b: action("b", { on_success: "end", on_failure: "c" }),
          c: action("c"),
        },
      },
      { script: failing("a", "b") },
    );
    valuesOf(await run.finish());
    assert.deepEqual(run.executed, ["a", "b", "c"]);
  });

  it("is that of the branching step around it, which may go to its on_failure", async () => {
    const run = runOf(
      {
        variables: { __v__: "x" },
        steps: {
          if: {
            type: "if-condition",
            condition: "__v__:value = 'x'",
            on_true: "a",
            on_success: "good",
            on_failure: "bad",
          },
          a: action("a", { on_completion: "b" }),
          b: action("b"),
          good: action("good"),
          bad: action("bad"),
        },
      },
      { script: failing("a") },
    );
    valuesOf(await run.finish());
    assert.deepEqual(run.executed, ["a", "bad"]);
  });

  it("ends the other branches of a parallel step, and the step when they have ended", async () => {
    const run = runOf(
      {
        steps: {
          both: { type: "parallel", next_steps: ["a", "b"], on_success: "good", on_failure: "bad" },
          a: action("a"),
          b: action("b1", { on_completion: "b2" }),
          b2: action("b2"),
          good: action("good"),
          bad: action("bad"),
        },
      },
      {
        script: ({ text }) => (text === "a" ? { afterMs: 50, result: fails() } : text === "b1" ? "open" : gives("")),
      },
    );
    valuesOf(await run.finish());
    assert.deepEqual(run.executed, ["a", "b1", "bad"]);
    const [, b] = run.journal;
    assert.deepEqual(b?.end?.result.state === "failed" && b.end.result.error.code, "aborted");
    assert.equal(b?.end?.order, 2, "it has ended before on_failure began");
  });

  it("is the first one of those that fail at once", async () => {
    const run = runOf(
      {
        steps: {
          both: { type: "parallel", next_steps: ["a", "b"] },
          a: action("a"),
          b: action("b"),
        },
      },
      { script: ({ text }) => ({ afterMs: text === "a" ? 20 : 10, result: fails(`${text} failed`) }) },
    );
    assert.match(failureOf(await run.finish()), /threw: b failed$/);
  });

  it("goes to the exception step when nothing handles it, and the run has failed nevertheless", async () => {
    const run = runOf(
      {
        steps: { a: action("a"), sorry: action("sorry", { on_completion: "more" }), more: action("more") },
        exception: "sorry",
      },
      { script: failing("a") },
    );
    const message = failureOf(await run.finish());
    assert.match(
      message,
      /"a": command 1 \(http-api\): threw: a failed; the workflow's exception step .* was executed$/,
    );
    assert.deepEqual(run.executed, ["a", "sorry", "more"]);
  });

  it("in the exception step ends the run with both, once", async () => {
    const run = runOf(
      { steps: { a: action("a"), sorry: action("sorry") }, exception: "sorry" },
      { script: failing("a", "sorry") },
    );
    assert.match(failureOf(await run.finish()), /threw: a failed; .*threw: sorry failed$/);
    assert.deepEqual(run.executed, ["a", "sorry"]);
  });

  it("is made up for inside the exception step by its on_failure", async () => {
    const run = runOf(
      {
        steps: {
          a: action("a"),
          sorry: action("sorry", { on_success: "end", on_failure: "other" }),
          other: action("other"),
        },
        exception: "sorry",
      },
      { script: failing("a", "sorry") },
    );
    assert.match(failureOf(await run.finish()), /threw: a failed; the workflow's exception step .* was executed$/);
    assert.deepEqual(run.executed, ["a", "sorry", "other"]);
  });

  it("is final when a loop never ends", async () => {
    const run = runOf({
      variables: { __v__: "x" },
      steps: {
        while: {
          type: "while-condition",
          condition: "__v__:value = 'x'",
          on_true: "nothing",
          on_success: "end",
          on_failure: "handled",
        },
        nothing: { type: "if-condition", condition: "__v__:value = 'y'", on_true: "handled" },
        handled: action("handled"),
      },
      exception: "handled",
    });
    assert.match(failureOf(await run.finish()), /a run comes by at most 100000 steps$/);
    assert.deepEqual(run.executed, []);
  });

  it("is final when too much is started", async () => {
    const run = runOf({
      variables: { __v__: "x" },
      steps: {
        while: {
          type: "while-condition",
          condition: "__v__:value = 'x'",
          on_true: "a",
          on_success: "end",
          on_failure: "handled",
        },
        a: action("a"),
        handled: action("handled"),
      },
    });
    assert.match(failureOf(await run.finish()), /"a": command 1 \(http-api\): a run has at most 10000 commands/);
    assert.equal(run.executed.length, 10_000);
  });
});
