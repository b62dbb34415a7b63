import assert from "node:assert/strict";
import type { Json } from "../../../../../../src/base/json.ts";
import { answerProblem } from "../../../../../../src/engines/playbook/cacao/commands/manual/answer-problem.ts";
import { prepareCommand } from "../../../../../../src/engines/playbook/cacao/commands/prepare-command.ts";
import { commandPlace, textCommand } from "../../../../../support/command-place.ts";

/** The input of a manual command that asks for an owner, a count and a decision. */
const input = prepareCommand(
  textCommand("manual", "Who owns it?"),
  commandPlace({
    variables: { owner: {}, count: { type: "integer" }, isolate: { type: "bool" } },
    outArgs: ["__owner__", "__count__", "__isolate__"],
  }),
).input;
const good = { __owner__: "sec-team", __count__: 3, __isolate__: true };

describe("the answer to a manual command", () => {
  it("has a value for each of its out_args, as text or as what it is", () => {
    assert.equal(answerProblem(input, good), undefined);
    assert.equal(answerProblem(input, { __owner__: "", __count__: "3", __isolate__: "false" }), undefined);
  });

  it("is refused when one is missing, is another one, or does not fit, by its name", () => {
    const problem = (answer: Json): string => answerProblem(input, answer) ?? assert.fail("it was taken");
    assert.match(problem({ __owner__: "sec-team", __isolate__: true }), /__count__ is missing/);
    assert.match(
      problem({ ...good, __more__: 1 }),
      /"__more__" is not asked for; asked for: __owner__, __count__, __isolate__/,
    );
    assert.match(problem({ ...good, __count__: "three" }), /__count__, of type integer, /);
    assert.match(problem({ ...good, __count__: null }), /__count__ is missing/);
    assert.match(problem({ ...good, __isolate__: "yes" }), /__isolate__, of type bool, /);
    assert.match(problem({ ...good, __owner__: "x".repeat(70_000) }), /__owner__ is longer/);
    for (const other of [null, "text", 1, ["x"]]) assert.match(problem(other), /no object/);
    assert.match(problem(JSON.parse('{"__proto__":"x"}') as Json), /"__proto__" is not asked for/);
  });

  it("to one that asks for nothing is empty", () => {
    const nothing = prepareCommand(textCommand("manual", "Unplug it"), commandPlace()).input;
    assert.equal(answerProblem(nothing, {}), undefined);
    assert.equal(answerProblem(nothing, null), undefined);
    assert.match(answerProblem(nothing, { __x__: "1" }) ?? "", /no values are asked for/);
  });

  it("is none to another command", () => {
    assert.match(answerProblem({ command: "id" }, good) ?? "", /no manual command/);
  });
});
