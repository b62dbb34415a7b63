import assert from "node:assert/strict";
import fc from "fast-check";
import { parseTemplate } from "../../../../src/engines/scan/index.ts";
import { withBlock } from "./sample.ts";

const original = withBlock(
  [
    'path: ["{{BaseURL}}/a", "{{RootURL}}:8080/b?c=d"]',
    "method: POST",
    "headers: {X-Test: '{{Host}}'}",
    "body: |",
    "  one",
    "redirects: true",
    "max-redirects: 3",
    "matchers-condition: and",
    "matchers:",
    "  - type: word",
    '    words: [alpha, "{{Hostname}}"]',
    "    case-insensitive: true",
    "  - type: regex",
    "    regex: ['(?i)a+[b-z]{2,3}']",
    "    negative: true",
    "extractors:",
    "  - {type: kval, kval: [server]}",
  ].join("\n"),
);

const snippets = [
  "{{",
  "}}",
  "- ",
  ": ",
  "[",
  "]",
  "{",
  "}",
  "'",
  '"',
  "\n",
  "\t",
  "&a ",
  "*a",
  "!!binary ",
  "|",
  "? ",
  "<<: ",
  "\0",
  "é",
  "9".repeat(40),
  "-1",
  "null",
  "true",
  "---\n",
  "%YAML 9\n",
  "§x§",
];

describe("mutated scan templates", () => {
  it("never crash the parser, and what is refused or invalid says why and where", () => {
    const edit = fc.record({ at: fc.nat(original.length), cut: fc.nat(12), put: fc.constantFrom(...snippets) });
    const check = (edits: readonly { at: number; cut: number; put: string }[]): void => {
      const text = edits.reduce((now, { at, cut, put }) => now.slice(0, at) + put + now.slice(at + cut), original);
      const { status, reasons } = parseTemplate(text, "t.yaml");
      assert.equal(status === "supported", reasons.length === 0);
      const lines = text.split("\n").length;
      for (const { line, message } of reasons) assert.ok(line >= 1 && line <= lines + 1 && message !== "");
    };
    fc.assert(fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), check), { numRuns: 1_000 });
  });
});
