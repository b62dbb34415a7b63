import assert from "node:assert/strict";
import { VariableError, type VariableErrorCode } from "../../../../../../src/engines/playbook/cacao/errors.ts";
import { parseReference } from "../../../../../../src/engines/playbook/cacao/variables/parse-reference.ts";
import { declared, scopeOf } from "./scopes.ts";

const failsWith = (code: VariableErrorCode) => (error: unknown) =>
  error instanceof VariableError && error.code === code;

describe("the scope of variables", () => {
  it("hides outer declarations, and assigns to the innermost one", () => {
    const playbook = scopeOf([declared("__a__", "string", "outer"), declared("__b__", "string", "b")]);
    const step = playbook.child(new Map([declared("__a__", "string", "inner")]));
    const branch = step.child(new Map());
    branch.assign("__a__", "changed", false);
    branch.assign("__b__", "seen", false);
    assert.equal(step.find("__a__")?.value, "changed");
    assert.equal(playbook.find("__a__")?.value, "outer");
    assert.equal(playbook.find("__b__")?.value, "seen");
    assert.equal(playbook.find("__c__"), undefined);
  });

  it("refuses what is undeclared, constant or of another type, and changes nothing then", () => {
    const scope = scopeOf([declared("__k__", "integer", "1", { constant: true }), declared("__n__", "integer", "1")]);
    assert.throws(() => scope.assign("__x__", "1", false), failsWith("undeclared"));
    assert.throws(() => scope.assign("__k__", "2", false), failsWith("constant"));
    assert.throws(() => scope.assign("__event__", "{}", false), failsWith("constant"));
    assert.throws(() => scope.assign("__n__", "two", true), failsWith("misfit"));
    assert.deepEqual([scope.find("__n__")?.value, scope.find("__n__")?.tainted], ["1", false]);
    scope.assign("__n__", null, false);
    assert.equal(scope.find("__n__")?.value, null);
  });

  it("takes initial values, for constants too", () => {
    const run = scopeOf([]);
    const declarations = new Map([declared("__k__", "ipv4-addr", "10.0.0.1", { constant: true })]);
    const scope = run.child(declarations, new Map([["__k__", { text: "10.0.0.2", tainted: true }]]));
    assert.deepEqual([scope.find("__k__")?.value, scope.find("__k__")?.tainted], ["10.0.0.2", true]);
    assert.throws(
      () => run.child(declarations, new Map([["__k__", { text: "x", tainted: true }]])),
      failsWith("misfit"),
    );
    assert.throws(
      () => run.child(declarations, new Map([["__z__", { text: "x", tainted: true }]])),
      failsWith("undeclared"),
    );
  });

  it("leads paths into dictionaries, and keeps the taint", () => {
    const event = { data: { ip: "10.0.0.1", n: 3, f: 1.5, list: [1, null, { x: true }] } };
    const scope = scopeOf([declared("__s__", "string", '{"a":1}')], event);
    const at = (text: string) => scope.value(parseReference(text));
    assert.deepEqual(at("__event__:value.data.ip"), { type: "string", text: "10.0.0.1", tainted: true });
    assert.deepEqual(at("__event__:value.data.n"), { type: "long", text: "3", tainted: true });
    assert.deepEqual(at("__event__:value.data.f"), { type: "float", text: "1.5", tainted: true });
    assert.deepEqual(at("__event__:value.data.list[2].x"), { type: "bool", text: "true", tainted: true });
    assert.deepEqual(at("__event__:value.data.list[2]"), { type: "dictionary", text: '{"x":true}', tainted: true });
    for (const nothing of ["data.list[1]", "data.list[9]", "data.list.length", "toString", "__proto__", "data.ip.a"]) {
      assert.equal(at(`__event__:value.${nothing}`), undefined, nothing);
    }
    assert.equal(at("__s__:value.a"), undefined);
    const any = { variable: "__event__", path: ["data", "list", { any: "element" }], text: "" } as const;
    assert.deepEqual(
      scope.values(any).map(({ text }) => text),
      ["1", '{"x":true}'],
    );
  });

  it("sees a new value behind a path after an assignment", () => {
    const scope = scopeOf([declared("__d__", "dictionary", '{"a":1}')]);
    const reference = parseReference("__d__:value.a");
    assert.equal(scope.value(reference)?.text, "1");
    scope.assign("__d__", '{"a":2}', true);
    assert.deepEqual(scope.value(reference), { type: "long", text: "2", tainted: true });
  });

  it("tells all values but those of the run, also of a variable named __proto__", () => {
    const scope = scopeOf([declared("__proto__", "string", "own"), declared("__n__", "string", null)]);
    scope.assign("__garrison_result__", "done", true);
    const all = scope.all();
    assert.deepEqual(Object.entries(all).toSorted(), [
      ["__garrison_result__", "done"],
      ["__n__", null],
      ["__proto__", "own"],
    ]);
  });
});
