import assert from "node:assert/strict";
import { action, playbookOf } from "../../../../../support/cacao/playbook-source.ts";
import { after, bundleOf, CacaoTestRun, gives, runOf, valuesOf } from "../../../../../support/cacao-runs.ts";

describe("the steps of a CACAO playbook", () => {
  it("follow each other, and so do the commands of an action", async () => {
    const run = runOf({ steps: { a: action(["a1", "a2"], { on_success: "b" }), b: action("b") } });
    assert.deepEqual(valuesOf(await run.finish()), {});
    assert.deepEqual(run.executed, ["a1", "a2", "b"]);
  });

  it("does nothing when there is nothing to do", async () => {
    const run = runOf({ steps: {} });
    assert.deepEqual(await run.finish(), { type: "done", output: {} });
    assert.deepEqual(run.journal, []);
  });

  for (const [value, expected] of [
    ["1", ["yes", "after"]],
    ["2", ["no", "after"]],
  ] as const) {
    it(`takes the branch of an if-condition when the variable is ${value}, and goes on behind it`, async () => {
      const run = runOf({
        variables: { __n__: { type: "integer", value } },
        steps: {
          if: {
            type: "if-condition",
            condition: "__n__:value = 1",
            on_true: "yes",
            on_false: "no",
            on_completion: "after",
          },
          yes: action("yes"),
          no: action("no"),
          after: action("after"),
        },
      });
      valuesOf(await run.finish());
      assert.deepEqual(run.executed, expected);
    });
  }

  it("goes on behind an if-condition that has no branch for it", async () => {
    const run = runOf({
      variables: { __n__: "x" },
      steps: {
        if: { type: "if-condition", condition: "__n__:value = 'y'", on_true: "yes", on_completion: "after" },
        yes: action("yes"),
        after: action("after"),
      },
    });
    valuesOf(await run.finish());
    assert.deepEqual(run.executed, ["after"]);
  });

  for (const [value, expected] of [
    ["a", ["case a", "after"]],
    ["b", ["case b", "after"]],
    ["c", ["otherwise", "after"]],
    [null, ["otherwise", "after"]],
  ] as const) {
    it(`takes the case of a switch-condition for ${value ?? "an unknown value"}`, async () => {
      const run = runOf({
        variables: { __v__: value },
        steps: {
          switch: {
            type: "switch-condition",
            switch: "__v__:value",
            cases: { a: "a", b: "b", default: "d" },
            on_completion: "after",
          },
          a: action("case%20a"),
          b: action("case%20b"),
          d: action("otherwise"),
          after: action("after"),
        },
      });
      valuesOf(await run.finish());
      assert.deepEqual(
        run.executed.map((text) => text.replace("%20", " ")),
        expected,
      );
    });
  }

  it("goes on behind a switch-condition that has no case for it", async () => {
    const run = runOf({
      variables: { __v__: "z" },
      steps: {
        switch: { type: "switch-condition", switch: "__v__:value", cases: { a: "a" }, on_completion: "after" },
        a: action("a"),
        after: action("after"),
      },
    });
    valuesOf(await run.finish());
    assert.deepEqual(run.executed, ["after"]);
  });

  it("repeats the branch of a while-condition 1,000 times", async () => {
    const run = runOf(
      {
        variables: { __n__: { type: "integer", value: "0" } },
        steps: {
          while: { type: "while-condition", condition: "__n__:value < 1000", on_true: "body", on_completion: "after" },
          body: action("body", { out_args: ["__n__"] }),
          after: action("after"),
        },
      },
      { script: ({ n }) => gives(String(n)) },
    );
    assert.deepEqual(valuesOf(await run.finish()), { __n__: "1000" });
    assert.deepEqual(run.executed, [...Array.from({ length: 1000 }, () => "body"), "after"]);
  });

  it("executes the branches of a parallel step beside each other, and goes on when all have ended", async () => {
    const run = runOf(
      {
        steps: {
          both: { type: "parallel", next_steps: ["a", "b", "c"], on_completion: "after" },
          a: action("a1", { on_completion: "a2" }),
          a2: action("a2"),
          b: action("b1", { on_completion: "b2" }),
          b2: action("b2"),
          c: action("c"),
          after: action("after"),
        },
      },
      { script: ({ text }) => after({ a1: 20, b1: 10, a2: 1, b2: 30, c: 5 }[text] ?? 0) },
    );
    const began = run.clock.monotonicMs();
    valuesOf(await run.finish());
    assert.deepEqual(run.executed, ["a1", "b1", "c", "b2", "a2", "after"]);
    assert.ok(run.clock.monotonicMs() - began < 100, "beside each other: not the sum");
  });

  it("executes a parallel step in a while-condition in an if-condition", async () => {
    const run = runOf(
      {
        variables: { __n__: { type: "integer", value: "0" } },
        steps: {
          if: { type: "if-condition", condition: "__n__:value = 0", on_true: "while", on_completion: "after" },
          while: {
            type: "while-condition",
            condition: "__n__:value < 2",
            on_true: "both",
            on_completion: "behind the while",
          },
          both: { type: "parallel", next_steps: ["a", "b"], on_completion: "count" },
          a: action("a"),
          b: action("b"),
          count: action("count", { out_args: ["__n__"] }),
          "behind the while": action("inner"),
          after: action("after"),
        },
      },
      { script: ({ text, n }) => gives(text === "count" ? String(Math.floor(n / 3)) : "") },
    );
    assert.deepEqual(valuesOf(await run.finish()), { __n__: "2" });
    assert.deepEqual(run.executed, ["a", "b", "count", "a", "b", "count", "inner", "after"]);
  });

  it("executes branches that are inside each other 500 times", async () => {
    const depth = 500;
    const steps = Object.fromEntries(
      Array.from({ length: depth }, (_, at) => [
        `if ${at}`,
        { type: "if-condition", condition: "__v__:value = 'x'", on_true: at + 1 < depth ? `if ${at + 1}` : "inner" },
      ]),
    );
    const run = runOf({ variables: { __v__: "x" }, steps: { ...steps, inner: action("inner") } });
    valuesOf(await run.finish());
    assert.deepEqual(run.executed, ["inner"]);
  });

  it("waits for the delay of any step before it begins", async () => {
    const run = runOf({
      steps: {
        a: action("a", { delay: 100, on_completion: "both" }),
        both: { type: "parallel", next_steps: ["b", "c"], delay: 1000, on_completion: "last" },
        b: action("b"),
        c: action("c", { delay: 50 }),
        last: { type: "end", delay: 10_000 },
      },
    });
    const began = run.clock.monotonicMs();
    valuesOf(await run.finish());
    assert.deepEqual(run.executed, ["a", "b", "c"]);
    assert.equal(Math.floor((run.clock.monotonicMs() - began) / 50), 223, "100 + 1000 + 50 + 10000 ms");
  });

  it("skips a playbook outside its dates", async () => {
    const skipped = async (also: Readonly<Record<string, string>>): Promise<unknown> => {
      const run = new CacaoTestRun({ bundle: bundleOf(playbookOf("tested", { steps: { a: action("a") }, also })) });
      const end = await run.finish();
      assert.deepEqual(run.executed, end.type === "skipped" ? [] : ["a"]);
      return end.type === "skipped" ? end.filter : end.type;
    };
    assert.equal(await skipped({ valid_from: "2099-01-01T00:00:00Z" }), "valid_from");
    assert.equal(await skipped({ valid_until: "2001-01-01T00:00:00Z" }), "valid_until");
    assert.equal(await skipped({ valid_from: "2001-01-01T00:00:00Z", valid_until: "2099-01-01T00:00:00Z" }), "done");
  });
});
