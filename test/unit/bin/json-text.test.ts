import assert from "node:assert/strict";
import fc from "fast-check";
import { jsonLine } from "../../../src/bin/output/text/json-text.ts";

describe("JSON on a terminal", () => {
  it("parses to the same value and has nothing that a terminal obeys", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(fc.dictionary(text, text), (value) => {
        const line = jsonLine(value);
        assert.deepEqual(JSON.parse(line), JSON.parse(JSON.stringify(value)));
        assert.doesNotMatch(line.slice(0, -1), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it("escapes control sequences of both kinds, and what turns or hides text", () => {
    assert.equal(
      jsonLine({ a: "\u001b[2J\u009b2J\u202e\u2028\u{e0041}ü" }),
      '{"a":"\\u001b[2J\\u009b2J\\u202e\\u2028\\udb40\\udc41ü"}\n',
    );
  });
});
