import assert from "node:assert/strict";
import fc from "fast-check";
import { seededRandom } from "../../../../../../src/base/random.ts";
import { action, command, idOf, playbookOf, type ShortPlaybook } from "../../../../../support/cacao/playbook-source.ts";
import {
  type Answer,
  after,
  bundleOf,
  CacaoTestRun,
  fails,
  gives,
  type ScriptedStep,
} from "../../../../../support/cacao-runs.ts";

/** All step types, failures that are handled, timeouts, a delay, a person and targets in one playbook. */
const everything: ShortPlaybook = {
  variables: { __n__: { type: "integer", value: "0" }, __v__: null, __made__: null },
  targets: {
    one: { type: "http-api", address: { ipv4: ["127.0.0.1"] } },
    two: { type: "http-api", address: { ipv4: ["127.0.0.2"] } },
  },
  steps: {
    first: action(["POST /first", "second"], { targets: ["one", "two"], delay: 10, on_completion: "while" }),
    while: { type: "while-condition", condition: "__n__:value < 3", on_true: "both", on_completion: "call" },
    both: { type: "parallel", next_steps: ["count", "slow", "ask"], timeout: 60_000, on_completion: "choose" },
    count: { commands: [command("POST /count"), command("wc", "bash")], out_args: ["__n__"], type: "action" },
    slow: action("slow", { timeout: 40, on_success: "end", on_failure: "too slow" }),
    "too slow": action("POST /late"),
    ask: action("which?", { out_args: ["__v__"] }, "manual"),
    choose: { type: "switch-condition", switch: "__v__:value", cases: { x: "x", default: "y" }, on_completion: "end" },
    x: action("x", { on_success: "end", on_failure: "y" }),
    y: action("POST /y"),
    call: {
      type: "playbook-action",
      playbook_id: idOf("playbook", "called"),
      in_args: ["__n__"],
      out_args: ["__made__"],
      timeout: 5_000,
      on_completion: "fail",
    },
    fail: action("POST /fail", { step_variables: { __own__: "x" } }),
    sorry: action("sorry"),
  },
  exception: "sorry",
};
const called: ShortPlaybook = {
  variables: { __n__: { type: "integer", external: true, value: null }, __made__: null },
  steps: {
    if: { type: "if-condition", condition: "__n__:value >= 3", on_true: "make", on_completion: "end" },
    make: action("PUT /make/__n__:value", { out_args: ["__made__"] }),
  },
};

const script = ({ text, n, target }: ScriptedStep): Answer => {
  switch (text) {
    case "wc":
      return after(5, gives("", { n: n < 12 ? 1 : n < 24 ? 2 : 3 }));
    case "slow":
      return "open";
    case "which?":
      return after(n % 2 === 0 ? 20 : 90, gives("", { __v__: n % 3 === 0 ? "x" : "z" }));
    case "x":
    case "POST /fail":
      return after(3, fails());
    default:
      return after(target === "one" ? 8 : 4, gives(text));
  }
};

const newRun = (seed: number): CacaoTestRun =>
  new CacaoTestRun({
    bundle: bundleOf(playbookOf("main", everything), playbookOf("called", called)),
    script,
    random: seededRandom(seed),
  });

/** Nothing is under way, and nothing that may not be repeated was. */
const checkKept = (run: CacaoTestRun): void => {
  for (const { n, name, by, idempotent, end } of run.journal) {
    assert.ok(end !== undefined, `step ${n} (${name}) has no end`);
    const times = run.times.get(n) ?? 0;
    if (by !== "person" && !idempotent) assert.ok(times <= 1, `step ${n} (${name}) had its effect ${times} times`);
  }
};

describe("a CACAO playbook that goes on in another process", () => {
  it("ends the same way, whichever moment it is killed at", async () => {
    const uninterrupted = newRun(1);
    const expected = await uninterrupted.finish();
    assert.equal(expected.type, "failed");
    const { journal, moments } = uninterrupted;
    assert.ok(journal.length > 30 && moments > 100, `${journal.length} steps and ${moments} moments to be killed at`);
    for (let moment = 1; moment <= uninterrupted.moments; moment += 1) {
      const run = newRun(1);
      const end = await run.finish(new Set([moment]));
      assert.deepEqual(end, expected, `killed at moment ${moment}`);
      checkKept(run);
    }
  });

  it("ends the same way, however often it is killed and however long things take", async () => {
    const expected = await newRun(1).finish();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 8 }),
        fc.nat(),
        async (moments, seed) => {
          const run = newRun(seed);
          assert.deepEqual(await run.finish(new Set(moments)), expected);
          checkKept(run);
        },
      ),
      { numRuns: 40 },
    );
  });
});
