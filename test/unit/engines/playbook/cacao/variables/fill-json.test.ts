import assert from "node:assert/strict";
import fc from "fast-check";
import { fillJson } from "../../../../../../src/engines/playbook/cacao/variables/fill-json.ts";
import { parseTemplate } from "../../../../../../src/engines/playbook/cacao/variables/parse-template.ts";
import { declared, scopeOf, tainted } from "./scopes.ts";

const filled = (text: string, value: string): unknown =>
  JSON.parse(fillJson(parseTemplate(text), tainted(value)) ?? "");

describe("values in JSON", () => {
  it("stay in the string that they stand in, whatever they are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const json = filled('{"a": "__v__:value", "b": ["x __v__:value\\" y", __v__:value], "c": 1}', value);
        assert.deepEqual(json, { a: value, b: [`x ${value}" y`, value], c: 1 });
      }),
    );
  });

  it("become numbers, truth values and objects where nothing else stands", () => {
    const scope = scopeOf([
      declared("__i__", "integer", "+7"),
      declared("__l__", "long", "9007199254740993"),
      declared("__f__", "float", ".5"),
      declared("__b__", "bool", "true"),
      declared("__d__", "dictionary", '{"k": [1]}'),
      declared("__e__", "integer", ""),
    ]);
    const text =
      '{"i":"__i__:value","l":__l__:value,"f":"__f__:value","b":"__b__:value","d":"__d__:value","s":"n __i__:value","e":__e__:value}';
    const json = fillJson(parseTemplate(text), scope);
    assert.equal(json, '{"i":7,"l":9007199254740993,"f":0.5,"b":true,"d":{"k": [1]},"s":"n +7","e":null}');
  });

  it("leave all else as it is written", () => {
    const text = '{ "n" : 12345678901234567890, "u": "\\u00e9" , "v":"__v__:value"}';
    assert.equal(fillJson(parseTemplate(text), tainted("x")), text.replace("__v__:value", "x"));
  });

  it("from outside become the name of no member, and a name stays a string", () => {
    assert.throws(() => filled('{"a":1,"__v__:value" : 2}', "a"), { code: "unsafe", variable: "__v__" });
    assert.throws(() => filled('{"x__v__:value":2}', "a"), { code: "unsafe" });
    const scope = scopeOf([declared("__i__", "integer", "7")]);
    assert.equal(fillJson(parseTemplate('{"__i__:value":1}'), scope), '{"7":1}');
  });

  it("are left to others where the text is no JSON", () => {
    for (const text of [
      "__v__:value",
      "a=__v__:value",
      '{"a":"\\__v__:value"}',
      "1__v__:value",
      '{"a":__v__:value',
      "{__v__:value:1}",
      '"a" __v__:value',
    ]) {
      assert.equal(fillJson(parseTemplate(text), tainted("x")), undefined, text);
    }
  });

  it("are bounded", () => {
    const text = `[${Array.from({ length: 100 }, () => '"__v__:value"').join(",")}]`;
    assert.throws(() => filled(text, "\n".repeat(600)), { code: "too-large" });
  });
});
