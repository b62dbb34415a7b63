import assert from "node:assert/strict";
import { CacaoSyntaxError } from "../../../../../../src/engines/playbook/cacao/errors.ts";
import { parseReference } from "../../../../../../src/engines/playbook/cacao/variables/parse-reference.ts";
import { parseTemplate } from "../../../../../../src/engines/playbook/cacao/variables/parse-template.ts";

describe("references to variables", () => {
  it("are found in a text with the path that follows directly", () => {
    assert.deepEqual(parseTemplate("a __x__:value.data.ip, __y__:value[0]['k k'].'q\\'q'!"), [
      "a ",
      { variable: "__x__", path: ["data", "ip"], text: "__x__:value.data.ip" },
      ", ",
      { variable: "__y__", path: [0, "k k", "q'q"], text: "__y__:value[0]['k k'].'q\\'q'" },
      "!",
    ]);
  });

  it("stay text where something is missing or not of a text", () => {
    for (const text of ["__x__", "__x__ :value", "x__:value", "__1__:value", "____:value", "plain", "__x__:Value"]) {
      assert.deepEqual(parseTemplate(text), [text]);
    }
    assert.deepEqual(parseTemplate(""), []);
    assert.deepEqual(parseTemplate("__x__:value[*]"), [{ variable: "__x__", path: [], text: "__x__:value" }, "[*]"]);
    assert.deepEqual(parseTemplate("__x__:value. So"), [{ variable: "__x__", path: [], text: "__x__:value" }, ". So"]);
  });

  it("stand beside each other", () => {
    const found = parseTemplate("__a__:value__b__:value").map((part) =>
      typeof part === "string" ? part : part.variable,
    );
    assert.deepEqual(found, ["__a__", "__b__"]);
  });

  it("are taken alone, with and without :value", () => {
    assert.deepEqual(parseReference("__x__"), { variable: "__x__", path: [], text: "__x__" });
    assert.deepEqual(parseReference("__x__:value.a").path, ["a"]);
    for (const text of ["", "x", "__x__ ", "__x__:value b", "__x__:value[*]", "__x__:value[-1]", "__x__y"]) {
      assert.throws(() => parseReference(text), CacaoSyntaxError, text);
    }
  });

  it("are bounded, and hostile texts take no time", () => {
    assert.throws(() => parseTemplate(`__x__:value${".a".repeat(33)}`), CacaoSyntaxError);
    assert.throws(() => parseTemplate("x".repeat(64 * 1024 + 1)), CacaoSyntaxError);
    assert.deepEqual(parseTemplate("_".repeat(64 * 1024)), ["_".repeat(64 * 1024)]);
  }).timeout(5_000);
});
