import assert from "node:assert/strict";
import { selects } from "../../../support/sigma/detects.ts";

describe("Sigma texts", () => {
  const rows: readonly (readonly [rule: unknown, event: string, matches: boolean])[] = [
    ["cmd.exe", "CMD.EXE", true],
    ["cmd.exe", "xcmd.exe", false],
    ["", "", true],
    ["", "x", false],
    ["prog?.exe", "progA.exe", true],
    ["prog?.exe", "prog.exe", false],
    ["prog?.exe", "prog\u{1f600}.exe", true],
    ["?.exe", "\u{1f600}.exe", true],
    ["*?", "\u{1f600}", true],
    ["a*b*c", "aXXbYYc", true],
    ["a*b*c", "aXXcYYb", false],
    ["a*a", "a", false],
    ["*ab*ab", "ab", false],
    ["*", "", true],
    // Escapes, as the specification lists them.
    [String.raw`C:\a`, String.raw`C:\a`, true],
    [String.raw`C:\\a`, String.raw`C:\a`, true],
    [String.raw`a\*`, "a*", true],
    [String.raw`a\*`, "ab", false],
    [String.raw`a\?`, "a?", true],
    [String.raw`a\\*`, String.raw`a\bc`, true],
    [String.raw`a\\*`, "a*", false],
    [String.raw`a\\\*`, String.raw`a\*`, true],
    [String.raw`a\\\*`, String.raw`a\b`, false],
    [String.raw`\\\b`, String.raw`\\b`, true],
    [String.raw`\\\\b`, String.raw`\\b`, true],
    ["ends\\", "ends\\", true],
    // Letters beyond ASCII, also those whose lower case depends on what stands beside them.
    ["STRASSE ÄÖ", "strasse äö", true],
    ["*ΑΣ*", "ΑΣΑ", true],
    ["ΑΣ", "ας", true],
    ["\u212aelvin", "kelvin", true],
  ];
  for (const [rule, event, matches] of rows) {
    it(`${JSON.stringify(rule)} ${matches ? "matches" : "does not match"} ${JSON.stringify(event)}`, () => {
      assert.equal(selects({ Field: rule }, { Field: event }), matches);
    });
  }

  it("take time by the length of the text, whatever the wildcards", () => {
    const started = performance.now();
    const rule = `${"*a".repeat(1_000)}*b`;
    assert.equal(selects({ Field: rule }, { Field: "a".repeat(60_000) }), false);
    assert.equal(selects({ Field: `*${"?".repeat(256)}b` }, { Field: "a".repeat(60_000) }), false);
    assert.ok(performance.now() - started < 5_000, "the wildcards were tried one after the other");
  });
});
