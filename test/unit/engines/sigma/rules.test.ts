import assert from "node:assert/strict";
import { parseSigmaRules } from "../../../../src/engines/sigma/index.ts";

const rule = `title: Something
id: 5d5bd4f1-0000-4000-8000-000000000000
level: high
custom: { kept: for people }
logsource: { product: windows, category: process_creation }
detection:
  selection: { Image|endswith: '\\cmd.exe' }
  condition: selection
`;

describe("files of Sigma rules", () => {
  it("hold one rule or several documents", () => {
    const { rules, problems } = parseSigmaRules(`${rule}---\n${rule.replace("Something", "Another")}`, "two.yml");
    assert.deepEqual(problems, []);
    assert.deepEqual(
      rules.map(({ title, level, line, logsource }) => ({ title, level, line, logsource })),
      [
        { title: "Something", level: "high", line: 1, logsource: { product: "windows", category: "process_creation" } },
        { title: "Another", level: "high", line: 10, logsource: { product: "windows", category: "process_creation" } },
      ],
    );
  });

  it("leave out the rules that cannot be used, and say why, by name", () => {
    const bad: readonly (readonly [text: string, at: string, message: RegExp])[] = [
      ["title: A\ncorrelation: { type: event_count }\n", "correlation", /correlation rules are not supported/],
      ["title: A\nfilter: { rules: [x] }\n", "filter", /filters are not supported/],
      ["action: global\ntitle: A\n", "action", /not supported/],
      [rule.replace("|endswith", "|near"), "detection.selection.Image|near", /"near" is unknown/],
      [rule.replace("condition: selection", "condition: selection | count() > 3"), "detection.condition", /\| count/],
      [rule.replace("title: Something\n", ""), "title", /missing/],
      [rule.replace("level: high", "level: urgent"), "level", /informational/],
      [rule.replace("product: windows, category: process_creation", "x: y"), "logsource", /none of/],
      ["- a\n- b\n", "", /a rule is a map/],
      ["a: [\n", "", /./],
      [rule.replace("Image|endswith: '\\cmd.exe'", "A: 1, A: 2"), "", /"A" twice/],
    ];
    for (const [text, at, message] of bad) {
      const { rules, problems } = parseSigmaRules(`${text}---\n${rule}`, "bad.yml");
      const [problem] = problems;
      assert.equal(problem?.at, at, text);
      assert.match(problem.message, message);
      assert.ok(text.startsWith("a: [") || rules.length === 1, `the good rule is there, beside ${text}`);
    }
  });

  it("are bounded in size, depth, documents and what their aliases come to", () => {
    const laughs = Array.from({ length: 30 }, (_, at) =>
      at === 0 ? "a0: &a0 [x, x]" : `a${at}: &a${at} [*a${at - 1}, *a${at - 1}]`,
    ).join("\n");
    for (const text of [
      laughs,
      "a: ".repeat(100_000),
      "[".repeat(100_000),
      "x".repeat(2 ** 21),
      "---\na\n".repeat(5_000),
    ]) {
      const { rules, problems } = parseSigmaRules(text, "big.yml");
      assert.deepEqual(rules, []);
      assert.ok(problems.length > 0);
    }
  });
});
