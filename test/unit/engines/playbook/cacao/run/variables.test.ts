import assert from "node:assert/strict";
import { action, command } from "../../../../../support/cacao/playbook-source.ts";
import {
  type Answer,
  after,
  failureOf,
  gives,
  runOf,
  type ScriptedStep,
  valuesOf,
} from "../../../../../support/cacao-runs.ts";

/** A command answers its own text, or what is here under it. */
const saying =
  (texts: Readonly<Record<string, Answer>> = {}) =>
  ({ text }: ScriptedStep): Answer =>
    texts[text] ?? gives(text);

describe("variables of a CACAO playbook", () => {
  it("of a step hide those of the playbook in the step and its branches, and nowhere else", async () => {
    const shadowing = { __v__: "inner" };
    const show = (to: string): Readonly<Record<string, unknown>> => action("__v__:value", { on_completion: to });
    const run = runOf(
      {
        variables: { __v__: "outer" },
        steps: {
          if: {
            type: "if-condition",
            condition: "__v__:value = 'inner'",
            on_true: "a",
            step_variables: shadowing,
            on_completion: "d",
          },
          a: { ...action("__v__:value", { step_variables: { __v__: "innermost" } }), on_completion: "b" },
          b: action("set", { out_args: ["__v__"], on_completion: "c" }),
          c: show("end"),
          d: show("end"),
        },
      },
      { script: saying({ set: gives("assigned") }) },
    );
    assert.deepEqual(valuesOf(await run.finish()), { __v__: "outer" });
    assert.deepEqual(run.executed, ["innermost", "set", "assigned", "outer"]);
  });

  it("of a step begin anew whenever the step does", async () => {
    const run = runOf(
      {
        variables: { __n__: { type: "integer", value: "0" } },
        steps: {
          while: { type: "while-condition", condition: "__n__:value < 4", on_true: "a" },
          a: action(["__own__:value", "count"], {
            step_variables: { __own__: "new" },
            out_args: ["__n__", "__own__"],
          }),
        },
      },
      { script: ({ n }) => gives(JSON.stringify({ n, own: "old" })) },
    );
    assert.deepEqual(valuesOf(await run.finish()), { __n__: "4" });
    assert.deepEqual(run.executed, ["new", "count", "new", "count"]);
  });

  it("are shared by parallel branches: what ends later stands", async () => {
    const run = runOf(
      {
        variables: { __v__: null },
        steps: {
          both: { type: "parallel", next_steps: ["a", "b"] },
          a: action("a", { out_args: ["__v__"] }),
          b: action("b", { out_args: ["__v__"] }),
        },
      },
      { script: saying({ a: after(20, gives("of a")), b: after(10, gives("of b")) }) },
    );
    assert.deepEqual(valuesOf(await run.finish()), { __v__: "of a" });
  });

  it("that are constant refuse to be assigned to", async () => {
    const run = runOf({
      variables: { __v__: { value: "kept", constant: true } },
      steps: { a: action("a", { out_args: ["__v__"] }) },
    });
    assert.match(failureOf(await run.finish()), /^action--\S+ "a": __v__ is a constant/);
  });

  it("refuse what does not fit their type", async () => {
    const run = runOf(
      { variables: { __n__: { type: "integer", value: "1" } }, steps: { a: action("a", { out_args: ["__n__"] }) } },
      { script: saying({ a: gives("many") }) },
    );
    assert.match(failureOf(await run.finish()), /"a": __n__ /);
  });

  describe("that are external", () => {
    const short = (value: string | null) => ({
      variables: { __v__: { type: "string", external: true, value } },
      steps: { a: action("__v__:value") },
    });
    const executed = async (
      ...[value, given, data]: readonly [string | null, string?, (string | number)?]
    ): Promise<unknown> => {
      const run = runOf(short(value), {
        variables: given === undefined ? {} : { __v__: given },
        data: data === undefined ? {} : { __v__: data },
      });
      const end = await run.finish();
      return end.type === "done" ? run.executed[0] : failureOf(end);
    };

    it("get a value from whoever starts the run, else from the event, else as declared", async () => {
      assert.equal(await executed("declared", "given", "reported"), "given");
      assert.equal(await executed("declared", undefined, "reported"), "reported");
      assert.equal(await executed("declared", undefined, 12), "12");
      assert.equal(await executed("declared"), "declared");
    });

    it("fail the run at its start when they have none, or one that does not fit", async () => {
      assert.match(String(await executed(null)), /^external variable __v__ has no value/);
      const run = runOf(
        { variables: { __n__: { type: "integer", external: true } }, steps: { a: action("a") } },
        { variables: { __n__: "many" } },
      );
      assert.match(failureOf(await run.finish()), /^__n__ /);
      assert.deepEqual(run.executed, []);
    });
  });

  it("of the run and of its event are always there", async () => {
    const run = runOf({ steps: { a: action("__run__:value/__event__:value.data.host") } }, { data: { host: "web-1" } });
    valuesOf(await run.finish());
    assert.deepEqual(run.executed, ["run-1/web-1"]);
  });
});

describe("what commands of a CACAO playbook answer", () => {
  const outputs = async (
    out: Readonly<Record<string, string>>,
    answers: readonly Answer[],
    type = "http-api",
  ): Promise<unknown> => {
    const variables = Object.fromEntries(
      Object.entries(out).map(([name, declared]) => [name, { type: declared, value: null }]),
    );
    const commands = answers.map((_, at) => command(`c${at}`, type));
    const run = runOf(
      { variables, steps: { a: { commands, out_args: Object.keys(out) } } },
      { script: ({ text }) => answers[Number(text.slice(1))] ?? gives("") },
    );
    const end = await run.finish();
    return end.type === "done" ? valuesOf(end) : failureOf(end);
  };
  const text = { __a__: "string" };
  const two = { __a__: "string", __b__: "string" };

  it("is taken from a JSON object by name, else from the facts", async () => {
    assert.deepEqual(await outputs(two, [gives('{"a":"1","b":{"c":[2]}}', { a: "fact" })]), {
      __a__: "1",
      __b__: '{"c":[2]}',
    });
    assert.deepEqual(await outputs(two, [gives("text", { a: 1, b: true })]), { __a__: "1", __b__: "true" });
  });

  it("is the text for the only name that is left over", async () => {
    assert.deepEqual(await outputs(text, [gives("all of it")]), { __a__: "all of it" });
    assert.deepEqual(await outputs(two, [gives("all of it", { b: "fact" })]), { __a__: "all of it", __b__: "fact" });
    assert.deepEqual(await outputs(text, [gives('{"other":1}')]), { __a__: '{"other":1}' });
  });

  it("fails the step when more than one name is left over", async () => {
    assert.match(String(await outputs(two, [gives("text")])), /"a": __a__, __b__ got no value/);
  });

  it("is that of the last command that has it", async () => {
    const answers = [gives('{"a":"first","b":"b"}'), gives('{"a":"second"}'), gives('{"a":null}')];
    assert.deepEqual(await outputs(two, answers), { __a__: "second", __b__: "b" });
  });

  it("does not come from what every object has", async () => {
    assert.match(
      String(await outputs({ __constructor__: "string", __toString__: "string" }, [gives("{}")])),
      /__constructor__, __toString__ got no value/,
    );
  });

  it("is what a person gave for each variable", async () => {
    const given: Answer = { state: "done", output: { text: "", truncated: false, facts: { __a__: "x", __b__: 2 } } };
    assert.deepEqual(await outputs(two, [given], "manual"), { __a__: "x", __b__: "2" });
  });

  it("may be anything that a person says of a command with an unknown outcome", async () => {
    assert.deepEqual(await outputs(text, [{ state: "done", output: { a: "said" } }]), { __a__: "said" });
    assert.deepEqual(await outputs(text, [{ state: "done", output: "said" }]), { __a__: "said" });
    assert.deepEqual(await outputs(text, [{ state: "done", output: [1] }]), { __a__: "[1]" });
  });

  for (const [type, names] of Object.entries({
    "http-api": ["__garrison_http_api_result__", "__soarca_http_api_result__"],
    ssh: ["__garrison_ssh_result__", "__soarca_ssh_result__"],
    bash: ["__garrison_bash_result__"],
    sigma: ["__garrison_sigma_result__"],
    yara: ["__garrison_yara_result__"],
  })) {
    it(`of type ${type} is in its result variables, whatever out_args says`, async () => {
      const run = runOf({ steps: { a: action("a", {}, type) } }, { script: () => gives("result") });
      const end = await run.finish();
      assert.ok(end.type === "done");
      const expected = [...names, "__garrison_result__"].sort();
      assert.deepEqual(end.output, Object.fromEntries(expected.map((name) => [name, "result"])));
    });
  }

  it("of a person is in the result variables of manual: the value, or all of them", async () => {
    const manual = async (facts: Readonly<Record<string, string>>): Promise<unknown> => {
      const declared = Object.fromEntries(Object.keys(facts).map((name) => [name, null]));
      const run = runOf(
        { variables: declared, steps: { a: action("a", { out_args: Object.keys(facts) }, "manual") } },
        { script: () => gives("", facts) },
      );
      const end = await run.finish();
      return end.type === "done" && (end.output as Readonly<Record<string, unknown>>)["__soarca_manual_result__"];
    };
    assert.equal(await manual({ __a__: "x" }), "x");
    assert.equal(await manual({ __a__: "x", __b__: "y" }), '{"__a__":"x","__b__":"y"}');
  });

  it("stands in result variables for the next command and for out_args", async () => {
    const run = runOf(
      {
        variables: { __v__: null },
        steps: {
          a: {
            commands: [command("ls", "ssh"), command("echo __soarca_ssh_result__:value", "ssh")],
            out_args: ["__soarca_ssh_result__"],
          },
        },
      },
      { script: ({ text: line }) => gives(line === "ls" ? "files" : "echoed") },
    );
    const end = await run.finish();
    assert.deepEqual(run.executed, ["ls", "echo files"]);
    assert.ok(end.type === "done");
    assert.equal((end.output as Readonly<Record<string, unknown>>)["__soarca_ssh_result__"], "echoed");
  });

  it("leaves a result variable alone that the playbook declares as something else", async () => {
    const run = runOf(
      { variables: { __garrison_result__: { type: "integer", value: "7" } }, steps: { a: action("a") } },
      { script: () => gives("text") },
    );
    const end = await run.finish();
    assert.ok(end.type === "done");
    assert.equal((end.output as Readonly<Record<string, unknown>>)["__garrison_result__"], "7");
    assert.match(run.lines.join("\n"), /it keeps its value: __garrison_result__/);
  });
});
