import assert from "node:assert/strict";
import { Command } from "commander";
import { AnswerFlags, type GivenAnswer } from "../../../../src/bin/commands/run/answer-flags.ts";

const answers = (...args: readonly string[]): readonly GivenAnswer[] => {
  const flags = new AnswerFlags();
  const command = new Command("answer").exitOverride().configureOutput({ writeErr: () => undefined });
  flags.addTo(command).parse(args, { from: "user" });
  return flags.answers();
};

describe("the flags of run answer", () => {
  it("belong to the steps before them", () => {
    assert.deepEqual(answers("--step", "3", "--done", '{"ticket":7}'), [{ step: 3, done: { ticket: 7 } }]);
    assert.deepEqual(
      answers("--step", "2", "--failed", "no such host", "--step", "5", "--done", "--step", "9", "--repeat"),
      [
        { step: 2, failed: "no such host" },
        { step: 5, plain: true },
        { step: 9, repeat: true },
      ],
    );
    assert.deepEqual(answers("--step", "1", "--step", "2", "--repeat"), [
      { step: 1, repeat: true },
      { step: 2, repeat: true },
    ]);
    assert.deepEqual(answers("--step", "1", "--done", "null"), [{ step: 1, done: null }]);
    assert.deepEqual(answers("--step", "1", "--done=-7"), [{ step: 1, done: -7 }]);
  });

  it("set the variables of the step before them", () => {
    assert.deepEqual(
      answers(
        ...["--step", "4", "--set", "__ticket__=7", "--set", "__note__=a=b"],
        ...["--step", "6", "--set", "__x__="],
      ),
      [
        { step: 4, done: { __ticket__: "7", __note__: "a=b" } },
        { step: 6, done: { __x__: "" } },
      ],
    );
  });

  it("that say nothing, too much, or what does not go together are bad usage", () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /name the steps/],
      [["--done"], /belongs behind the --step/],
      [["--set", "__a__=1"], /belongs behind the --step/],
      [["--step", "1"], /--step 1 has no answer/],
      [["--step", "1", "--step", "2", "--set", "__a__=1"], /--step 1 has no answer/],
      [["--step", "0", "--done"], /whole number from 1/],
      [["--step", "1", "--done", "--repeat"], /--step 1 has two answers/],
      [["--step", "1", "--repeat", "--set", "__a__=1"], /--step 1 has two answers/],
      [["--step", "1", "--set", "__a__=1", "--set", "__a__=2"], /--step 1 has two values of __a__/],
      [["--step", "1", "--step", "1", "--done"], /--step 1 is given twice/],
      [["--step", "1", "--set", "a=1"], /such as __address__=10\.0\.0\.7, not "a=1"/],
      [["--step", "1", "--set", "__a__"], /such as __address__=10\.0\.0\.7, not "__a__"/],
      [["--step", "1", "--done", "{"], /use JSON/],
      [["--step", "1", "--done", `"${"x".repeat(65_536)}"`], /at most 65536 bytes/],
      [["--step", "1", "--failed", "x".repeat(1_001)], /at most 1000 characters/],
    ];
    for (const [args, message] of cases) assert.throws(() => answers(...args), message, args.join(" ").slice(0, 80));
  });
});
