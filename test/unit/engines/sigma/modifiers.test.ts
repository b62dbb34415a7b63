import assert from "node:assert/strict";
import { selectionRefusal, selects } from "../../../support/sigma/detects.ts";

const utf16 = (text: string): string => Buffer.from(text, "utf16le").toString("base64");

describe("Sigma modifiers", () => {
  const rows: readonly (readonly [
    key: string,
    rule: unknown,
    matching: readonly unknown[],
    others: readonly unknown[],
  ])[] = [
    ["F|contains", "mid", ["amidst", "MID"], ["mi", null]],
    ["F|startswith", "C:\\Windows\\", ["c:\\windows\\x"], ["xc:\\windows\\"]],
    ["F|endswith", "\\cmd.exe", ["C:\\CMD.exe"], ["cmd.exe", "\\cmd.exe "]],
    ["F|contains", "a*b", ["xaxxbx"], ["ba"]],
    ["F|contains|cased", "Mid", ["aMid"], ["amid"]],
    ["F|cased", "Ab?", ["Abc"], ["abc"]],
    ["F|contains|all", ["a", "b"], ["ab", "ba"], ["a", "b"]],
    ["F|neq", "x", ["y", null], ["x", "X"]],
    ["F|neq", ["x", 5], ["y"], ["x", 5, "5"]],
    ["F|contains|neq", "x", ["y"], ["axb"]],
    ["F|windash|contains", " -f ", ["a -f b", "a /f b", "a –f b", "a —F b", "a ―f b"], ["a +f b", "a f b"]],
    ["F|windash|contains|all", ["-a", "/b"], ["x /a -b", "—a –b"], ["x /a"]],
    ["F|contains|windash", "/param-name", ["-param-name"], ["-param/name"]],
    ["F|base64", "ping", ["cGluZw=="], ["cGluZw"]],
    ["F|base64|contains", "ping", ["xxcGluZw==yy"], ["cGluZw"]],
    ["F|wide|base64|contains", "ping", [utf16("ping")], ["cGluZw=="]],
    ["F|utf16|base64", "ping", [Buffer.from("\ufeffping", "utf16le").toString("base64")], [utf16("ping")]],
    ["F|utf16be|base64", "a", ["AGE="], ["YQA="]],
    ["F|utf16le|contains", "ab", ["xa\0b\0"], ["ab"]],
    ["F|windash|wide|base64offset|contains", " -e", [utf16("run –e x"), utf16("p /e")], [utf16("p e")]],
    ["F|re", "^a.c$", ["abc"], ["ABC", "abcd"]],
    ["F|re|i", "^a.c$", ["ABC"], ["abcd"]],
    ["F|re|i|m|s", "^b.$", ["a\nB\n"], ["ab"]],
    ["F|re", "(?i)\\s(-u|--user)\\s*:", ["curl -U :"], ["curl -u x"]],
    ["F|cidr", "10.0.0.0/8", ["10.255.1.2", "::ffff:10.0.0.1"], ["11.0.0.1", "10.1", "x", 10]],
    ["F|cidr", ["fd00::/8", "192.168.1.1"], ["fd12::1", "192.168.1.1"], ["fe80::1", "192.168.1.2"]],
    ["F|cidr", "0.0.0.0/0", ["1.2.3.4"], ["::1"]],
    ["F|gte", 5, [5, 6.5, "5", "0x10"], [4, "4", "x", null]],
    ["F|gt", 5, [6], [5]],
    ["F|lt", 5, ["-1"], [5, "five"]],
    ["F|lte", 5, [5], [6]],
    ["F|hour", 22, ["2026-05-01 22:05:09.123", "2026-05-01T22:05:09Z"], ["2026-05-01 21:05", "2026-05-01", "22"]],
    ["F|hour|gte", 22, ["2026-05-01 23:00"], ["2026-05-01 10:00"]],
    ["F|minute", 5, ["2026-05-01 22:05"], ["2026-05-01 22:06", "2026-13-01 22:05"]],
    ["F|day", 1, ["2026-05-01"], ["2026-05-02", "2026-02-30"]],
    ["F|week", 1, ["2026-01-01", "2025-12-29"], ["2025-12-28"]],
    ["F|week", 53, ["2027-01-01"], ["2026-12-27"]],
    ["F|month", 5, ["2026-05-01"], ["2026-06-01"]],
    ["F|year", [2025, 2026], ["2026-05-01"], ["2027-05-01"]],
    ["F|exists", true, ["", null, "x", {}], []],
    ["F|exists", false, [], ["", null]],
  ];
  for (const [key, rule, matching, others] of rows) {
    it(`${key}: ${JSON.stringify(rule)}`, () => {
      for (const value of matching) assert.ok(selects({ [key]: rule }, { F: value as string }), JSON.stringify(value));
      for (const value of others) assert.ok(!selects({ [key]: rule }, { F: value as string }), JSON.stringify(value));
    });
  }

  it("exists tells a field that is not there", () => {
    assert.ok(selects({ "F|exists": false }, {}));
    assert.ok(!selects({ "F|exists": true }, {}));
  });

  it("base64offset finds a text at every place of a longer one", () => {
    for (const before of ["", "a", "ab", "abc"]) {
      const whole = Buffer.from(`${before}http://x${before}`).toString("base64");
      assert.ok(selects({ "F|base64offset|contains": "http://" }, { F: whole }), before);
    }
    assert.ok(!selects({ "F|base64offset|contains": "http://" }, { F: Buffer.from("https://").toString("base64") }));
  });

  it("fieldref compares with another field", () => {
    const data = { A: "Root", B: "root", C: "xrooty", D: null, N: 5, M: "5", L: ["q", "ROOT"] };
    assert.ok(selects({ "A|fieldref": "B" }, data));
    assert.ok(selects({ "N|fieldref": "M" }, data));
    assert.ok(selects({ "A|fieldref": "L" }, data));
    assert.ok(!selects({ "A|fieldref|cased": "B" }, data));
    assert.ok(selects({ "C|fieldref|contains": "A" }, data));
    assert.ok(!selects({ "C|fieldref|startswith": "A" }, data));
    assert.ok(!selects({ "C|fieldref|endswith": "A" }, data));
    assert.ok(selects({ "C|fieldref|neq": "A" }, data));
    assert.ok(selects({ "L|fieldref": "D" }, { L: ["x", "Y"], D: ["z", "y"] }));
    assert.ok(!selects({ "L|fieldref": "D" }, { L: ["x", null], D: ["z", null] }));
    assert.ok(!selects({ "X|fieldref": "Y" }, data), "two fields that are not there have nothing in common");
    assert.ok(!selects({ "D|fieldref": "D" }, data));
  });

  it("expand puts the configured texts in, each with its wildcards", () => {
    const placeholders = new Map([
      ["Admins", ["root", "adm*"]],
      ["Hosts", ["srv1", "srv2"]],
    ]);
    assert.ok(selects({ "F|expand": "%Admins%" }, { F: "Administrator" }, placeholders));
    assert.ok(selects({ "F|expand": "%Hosts%/%Admins%" }, { F: "srv2/root" }, placeholders));
    assert.ok(!selects({ "F|expand": "%Hosts%" }, { F: "srv3" }, placeholders));
    assert.ok(selects({ "F|expand|contains": "\\%plain%Hosts%" }, { F: "a%plainsrv1b" }, placeholders));
    assert.ok(selects({ F: "%Hosts%" }, { F: "%hosts%" }, placeholders), "without expand it is a text");
  });

  const refused: readonly (readonly [key: string, rule: unknown, code: string])[] = [
    ["F|foo", "x", "unsupported"],
    ["F|__proto__", "x", "unsupported"],
    ["F|expand", "%nobody%", "unsupported"],
    ["F|re|expand", "%nobody%", "unsupported"],
    ["F|re", "a(?=b)", "unsupported"],
    ["F|re", "(?<!a)b", "unsupported"],
    ["F|re", "(a)\\1", "unsupported"],
    ["F|re", "(?>a)", "unsupported"],
    ["F|re", "(", "invalid-rule"],
    ["F|re", "((a{1000}){1000}){1000}", "too-large"],
    ["F|contains|re", "a", "invalid-rule"],
    ["F|re|contains", "a", "invalid-rule"],
    ["F|re|cased", "a", "invalid-rule"],
    ["F|i", "a", "invalid-rule"],
    ["F|contains|startswith", "a", "invalid-rule"],
    ["F|contains|contains", "a", "invalid-rule"],
    ["F|contains", 5, "invalid-rule"],
    ["F|contains|base64", "a", "invalid-rule"],
    ["F|base64", "a*", "invalid-rule"],
    ["F|base64offset", "a", "invalid-rule"],
    ["F|contains|wide", "a", "invalid-rule"],
    ["F|cidr", "10.0.0.1/8", "invalid-rule"],
    ["F|cidr", "10.0.0.0/33", "invalid-rule"],
    ["F|cidr", "example.com", "invalid-rule"],
    ["F|gte", "5", "invalid-rule"],
    ["F|minute", 60, "invalid-rule"],
    ["F|week", 0, "invalid-rule"],
    ["F|exists", "yes", "invalid-rule"],
    ["F|fieldref", "A*", "invalid-rule"],
    ["F|contains|fieldref", "A", "invalid-rule"],
    ["|exists", true, "invalid-rule"],
    ["|cidr", "10.0.0.0/8", "invalid-rule"],
    ["", "x", "invalid-rule"],
    ["F", [], "invalid-rule"],
    ["F", {}, "invalid-rule"],
    ["F", 2 ** 60, "invalid-rule"],
    ["F", "x".repeat(5_000), "too-large"],
    ["F|contains", "?".repeat(257), "too-large"],
    ["F|windash|contains", " -a".repeat(257), "too-large"],
    ["|contains", "?".repeat(257), "too-large"],
    ["F|windash|base64", " -a -b -c -d -e -f", "too-large"],
  ];
  for (const [key, rule, code] of refused) {
    it(`refuses ${key}: ${JSON.stringify(rule).slice(0, 40)}`, () => {
      const found = selectionRefusal({ [key]: rule });
      assert.equal(found?.code, code);
      assert.ok(found.at.startsWith("detection.selection."), found.at);
    });
  }

  it("what only looks like look-around is none", () => {
    assert.ok(selects({ "F|re": "[(?=]\\(\\?=x" }, { F: "((?=x" }));
  });
});
