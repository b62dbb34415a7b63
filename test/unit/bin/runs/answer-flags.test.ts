import assert from "node:assert/strict";
import { Command } from "commander";
import { AnswerFlags } from "../../../../src/bin/commands/run/answer-flags.ts";
import type { StepAnswer } from "../../../../src/client/index.ts";

const answers = (...args: readonly string[]): readonly StepAnswer[] => {
  const flags = new AnswerFlags();
  const command = new Command("answer").exitOverride().configureOutput({ writeErr: () => undefined });
  flags.addTo(command).parse(args, { from: "user" });
  return flags.answers();
};

describe("the flags of run answer", () => {
  it("belong to the steps before them", () => {
    assert.deepEqual(answers("--step", "3", "--outcome", "done", "--output", '{"ticket":7}'), [
      { step: 3, done: { ticket: 7 } },
    ]);
    assert.deepEqual(
      answers(
        ...["--step", "2", "--outcome", "failed", "--message", "no such host"],
        ...["--step", "5", "--outcome", "done", "--step", "9", "--outcome", "repeat"],
      ),
      [
        { step: 2, failed: "no such host" },
        { step: 5, done: null },
        { step: 9, repeat: true },
      ],
    );
    assert.deepEqual(answers("--step", "1", "--step", "2", "--outcome", "repeat"), [
      { step: 1, repeat: true },
      { step: 2, repeat: true },
    ]);
    assert.deepEqual(answers("--step", "1", "--outcome", "done", "--output", "null"), [{ step: 1, done: null }]);
  });

  it("that say nothing, too much, or what does not go together are bad usage", () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /name the steps/],
      [["--outcome", "done"], /belongs behind the --step/],
      [["--step", "1"], /--step 1 has no --outcome/],
      [["--step", "1", "--outcome", "maybe"], /Use done, failed, repeat, not "maybe"/],
      [["--step", "0", "--outcome", "done"], /whole number from 1/],
      [["--step", "1", "--outcome", "done", "--outcome", "failed"], /belongs behind the --step/],
      [["--step", "1", "--step", "1", "--outcome", "done"], /--step 1 is given twice/],
      [["--step", "1", "--outcome", "failed", "--output", "1"], /--output goes with --outcome done/],
      [["--step", "1", "--outcome", "done", "--message", "x"], /--message goes with --outcome failed/],
      [["--step", "1", "--outcome", "done", "--output", "{"], /Use JSON/],
      [["--step", "1", "--outcome", "done", "--output", `"${"x".repeat(65_536)}"`], /at most 65536 bytes/],
      [["--step", "1", "--outcome", "failed", "--message", "x".repeat(1_001)], /at most 1000 characters/],
    ];
    for (const [args, message] of cases) assert.throws(() => answers(...args), message, args.join(" ").slice(0, 80));
  });
});
