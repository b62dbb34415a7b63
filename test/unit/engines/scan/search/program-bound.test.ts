import assert from "node:assert/strict";
import { RE2JS } from "re2js";
import { programBound, sizeProblem } from "../../../../../src/engines/scan/search/pattern/program-bound.ts";

describe("the size of compiled patterns", () => {
  it("is known before compiling, within a small factor", () => {
    const patterns = [
      "a{1000}",
      "((a{10}){10}){10}",
      "((a|b)(c|d)){0,500}",
      "[^x\\]{5}]{900}y",
      "\\Qa{1000}\\E",
      "(?i)abc[[:alpha:]]{20}x{2,}",
      "\\p{Greek}{100}\\x{41}{50}\\d{3,7}",
      "([a-z][0-9]){3}(?i){100}(?s-m:x)",
      "plain text (with) groups|and [letters]+",
    ];
    for (const pattern of patterns) {
      const factor = programBound(pattern) / RE2JS.compile(pattern).programSize();
      assert.ok(factor > 0.5 && factor < 2.5, `${pattern}: ${factor}`);
    }
  });

  it("has a bound", () => {
    assert.equal(sizeProblem("(a{1000}){1}".repeat(40)), undefined);
    assert.match(sizeProblem("(a{1000}){1}".repeat(60)) ?? "", /instructions/);
  });
});
