import assert from "node:assert/strict";
import { formatted, printed } from "../../../../../src/engines/scan/value/printed.ts";
import type { Value } from "../../../../../src/engines/scan/value/value.ts";

const cases: readonly (readonly [value: Value, asText: string, asMember: string])[] = [
  [null, "", "<nil>"],
  ["a\xff", "a\xff", "a\xff"],
  [true, "true", "true"],
  [12n, "12", "12"],
  [0, "0", "0"],
  [-0, "-0", "-0"],
  [999_999, "999999", "999999"],
  [1_000_000, "1000000", "1e+06"],
  [123_456_789, "123456789", "1.23456789e+08"],
  [1e21, "1000000000000000000000", "1e+21"],
  [0.1, "0.1", "0.1"],
  [0.0001, "0.0001", "0.0001"],
  [0.00001234, "0.00001234", "1.234e-05"],
  [-1.5, "-1.5", "-1.5"],
  [Infinity, "+Inf", "+Inf"],
  [NaN, "NaN", "NaN"],
  [["a", 1_000_000, null], "[a 1e+06 <nil>]", "[a 1e+06 <nil>]"],
  [{ b: 1, a: [true] }, "map[a:[true] b:1]", "map[a:[true] b:1]"],
];

describe("printed values", () => {
  for (const [value, asText, asMember] of cases) {
    it(`are those of Go: ${asMember}`, () => {
      assert.equal(printed(value), asText);
      assert.equal(formatted(value), asMember);
    });
  }
});
