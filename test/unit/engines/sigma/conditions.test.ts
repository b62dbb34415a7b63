import assert from "node:assert/strict";
import { detects, refusal } from "../../../support/sigma/detects.ts";

const selections = {
  selection_a: { A: "1" },
  selection_b: { B: "1" },
  selection_c: { C: "1" },
  filter: { F: "1" },
  _hidden: { H: "1" },
};

describe("Sigma conditions", () => {
  const rows: readonly (readonly [
    condition: string | readonly string[],
    matching: readonly string[],
    others: readonly string[],
  ])[] = [
    ["selection_a", ["A"], ["B", ""]],
    ["selection_a and selection_b", ["AB"], ["A", "B"]],
    ["selection_a or selection_b and selection_c", ["A", "BC"], ["B", "C"]],
    ["(selection_a or selection_b) and selection_c", ["AC", "BC"], ["A", "AB"]],
    ["not selection_a and selection_b", ["B"], ["AB", ""]],
    ["not (selection_a and selection_b)", ["A", ""], ["AB"]],
    ["not not selection_a", ["A"], [""]],
    ["1 of selection_*", ["A", "C"], ["F", "H"]],
    ["any of selection_*", ["A", "C"], ["F", "H"]],
    ["all of selection_*", ["ABC"], ["AB"]],
    ["2 of selection_*", ["AB", "BC", "ABC"], ["A", "AF"]],
    ["1 of them", ["A", "F"], ["H", ""]],
    ["all of them", ["ABCF"], ["ABC"]],
    ["all of *_a", ["A"], ["B"]],
    ["1 of s*_b", ["B"], ["A"]],
    ["1 of _*", ["H"], ["A"]],
    ["_hidden", ["H"], ["A"]],
    ["selection_a AND NOT filter", ["A"], ["AF"]],
    ["1 of selection_* and not 1 of filter*", ["A"], ["AF", "F"]],
    [["selection_a", "selection_b and selection_c"], ["A", "BC"], ["B"]],
  ];
  const dataOf = (fields: string): Record<string, string> =>
    Object.fromEntries(Array.from(fields, (field) => [field, "1"]));
  for (const [condition, matching, others] of rows) {
    it(JSON.stringify(condition), () => {
      for (const fields of matching) assert.ok(detects({ ...selections, condition }, dataOf(fields)), fields);
      for (const fields of others) assert.ok(!detects({ ...selections, condition }, dataOf(fields)), fields);
    });
  }

  const refused: readonly (readonly [condition: unknown, code: string])[] = [
    ["selection_a | count() > 5", "unsupported"],
    ["selection_a | near selection_b", "unsupported"],
    ["nobody", "invalid-rule"],
    ["1 of nobody*", "invalid-rule"],
    ["9 of selection_*", "invalid-rule"],
    ["0 of selection_*", "invalid-rule"],
    ["selection_a and", "invalid-rule"],
    ["and selection_a", "invalid-rule"],
    ["selection_a selection_b", "invalid-rule"],
    ["(selection_a", "invalid-rule"],
    ["selection_a)", "invalid-rule"],
    ["selection_*", "invalid-rule"],
    ["1 of and", "invalid-rule"],
    ["all of", "invalid-rule"],
    ["selection_a & selection_b", "invalid-rule"],
    ["", "invalid-rule"],
    [undefined, "invalid-rule"],
    [5, "invalid-rule"],
    [[], "invalid-rule"],
    [["selection_a", null], "invalid-rule"],
    [`${"(".repeat(100)}selection_a${")".repeat(100)}`, "too-large"],
    ["not ".repeat(100) + "selection_a", "too-large"],
    ["x".repeat(20_000), "too-large"],
    [Array.from({ length: 700 }, () => "1 of them").join(" or "), "too-large"],
  ];
  for (const [condition, code] of refused) {
    it(`refuses ${JSON.stringify(condition)?.slice(0, 40) ?? "no condition"}`, () => {
      assert.equal(refusal({ ...selections, condition })?.code, code);
    });
  }

  it("refuses detections of another shape", () => {
    for (const [detection, code] of [
      [null, "invalid-rule"],
      [[], "invalid-rule"],
      [{ condition: "a" }, "invalid-rule"],
      [{ a: {}, condition: "a" }, "invalid-rule"],
      [{ a: [], condition: "a" }, "invalid-rule"],
      [{ a: null, condition: "a" }, "invalid-rule"],
      [{ and: "x", condition: "and" }, "invalid-rule"],
      [{ a: "x", timeframe: "5m", condition: "a" }, "unsupported"],
      [{ a: { F: { b: 1 } }, condition: "a" }, "invalid-rule"],
      [{ a: [[[[[[[[[["x"]]]]]]]]]], condition: "a" }, "too-large"],
      [{ a: { F: Array.from({ length: 20_001 }, () => "x") }, condition: "a" }, "too-large"],
    ] as const) {
      assert.equal(refusal(detection)?.code, code, JSON.stringify(detection).slice(0, 60));
    }
  });
});
