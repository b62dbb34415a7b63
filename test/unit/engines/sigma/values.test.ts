import assert from "node:assert/strict";
import { selects } from "../../../support/sigma/detects.ts";

describe("Sigma values", () => {
  it("numbers are those of the event or what its texts say, in decimal or hexadecimal", () => {
    for (const value of [4648, "4648", "0x1228", ["x", 4648]])
      assert.ok(selects({ EventID: 4648 }, { EventID: value }));
    for (const value of [46480, "4648 ", "", null, true]) assert.ok(!selects({ EventID: 4648 }, { EventID: value }));
    assert.ok(selects({ EventID: "4648" }, { EventID: 4648 }));
    assert.ok(selects({ EventID: "46*" }, { EventID: 4648 }));
  });

  it("true and false are those of the event or their names", () => {
    for (const value of [false, "false", "FALSE"]) assert.ok(selects({ Signed: false }, { Signed: value }));
    for (const value of [true, "no", 0, null]) assert.ok(!selects({ Signed: false }, { Signed: value }));
    assert.ok(selects({ Signed: "false" }, { Signed: false }));
  });

  it("null is a field without a value, the empty text is not", () => {
    assert.ok(selects({ A: null }, {}));
    assert.ok(selects({ A: null }, { A: null }));
    assert.ok(selects({ A: null }, { A: ["x", null] }));
    assert.ok(!selects({ A: null }, { A: "" }));
    assert.ok(!selects({ A: "" }, { A: null }));
    assert.ok(!selects({ A: "" }, {}));
    assert.ok(!selects({ A: "*" }, {}));
    assert.ok(selects({ A: ["x", null] }, {}));
  });

  it("any value of an array is enough, also for all of several", () => {
    assert.ok(selects({ A: "two" }, { A: ["one", "two"] }));
    assert.ok(selects({ "A|contains|all": ["on", "tw"] }, { A: ["one", "two"] }));
    assert.ok(!selects({ "A|contains|all": ["on", "xx"] }, { A: ["one", "two"] }));
  });

  it("keywords are looked for in every value, however deep", () => {
    const data = { a: { b: ["x", { c: "The event::clear command" }] }, n: 4711 };
    assert.ok(selects(["EVENT::CLEAR", "other"], data));
    assert.ok(selects("ev*clear", data));
    assert.ok(selects([4711], data));
    assert.ok(!selects(["nowhere"], data));
    assert.ok(selects({ "|all": ["event::clear", 4711] }, data));
    assert.ok(!selects({ "|all": ["event::clear", "nowhere"] }, data));
    assert.ok(selects({ "|re": "clear [a-z]+$" }, data));
    assert.ok(selects({ "|startswith": "the" }, data));
    assert.ok(!selects({ "|startswith": "event" }, data));
  });

  it("a list of maps and keywords is met by one of them", () => {
    const selection = [{ A: "1", B: "2" }, { C: "3" }, "word"];
    assert.ok(selects(selection, { A: "1", B: "2" }));
    assert.ok(!selects(selection, { A: "1" }));
    assert.ok(selects(selection, { C: "3" }));
    assert.ok(selects(selection, { D: "a word" }));
  });
});
