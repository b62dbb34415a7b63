import assert from "node:assert/strict";
import { type Finding, findingsTable, jsonLine, sarifLog, type Severity } from "../../../../src/engines/scan/index.ts";

const finding = (id: string, severity: Severity, more: Partial<Finding> = {}): Finding => ({
  "template-id": id,
  "template-path": `${id}.yaml`,
  info: { name: `Name of ${id}`, author: ["a"], severity, tags: ["x"], reference: ["https://example.com/r"] },
  type: "http",
  host: "h.test",
  port: "80",
  scheme: "http",
  url: "http://h.test",
  path: "/",
  "matched-at": `http://h.test/${id}`,
  request: "",
  response: "",
  timestamp: "2026-01-01T00:00:00.000Z",
  "curl-command": "curl",
  "matcher-status": true,
  fingerprint: id.padEnd(64, "0"),
  ...more,
});

describe("scan reports", () => {
  it("write a finding a line, whatever it holds", () => {
    const odd = finding("a", "low", { response: "line\r\nbreak \u2028" });
    const line = jsonLine(odd);
    assert.equal(line.indexOf("\n"), line.length - 1);
    assert.deepEqual(JSON.parse(line), odd);
  });

  it("show a table with stable columns, the most severe first", () => {
    const rows = findingsTable([
      finding("b", "info"),
      finding("u", "unknown"),
      finding("c", "critical"),
      finding("a", "info"),
    ])
      .split("\n")
      .filter((line) => line.startsWith("│"))
      .map((line) =>
        line
          .split("│")
          .map((cell) => cell.trim())
          .slice(1, 3)
          .join(" "),
      );
    assert.deepEqual(rows, ["severity template", "critical c", "info a", "info b", "unknown u"]);
  });

  it("let no site write to the terminal", () => {
    const text = findingsTable([
      finding("a", "low", {
        "matched-at": `http://h.test/${"x".repeat(500)}`,
        "extracted-results": ["\u001b[2J\u001b]0;title\u0007", "a\r\nb", "\u202eevil"],
      }),
    ]);
    assert.doesNotMatch(text.replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u);
    assert.ok(text.split("\n").every((line) => line.length < 300));
  });

  it("give SARIF 2.1.0 with one rule a template and the levels of its severities", () => {
    const severities: readonly Severity[] = ["critical", "high", "medium", "low", "info"];
    const findings = [...severities.map((severity) => finding(severity, severity)), finding("critical", "critical")];
    const log = JSON.parse(JSON.stringify(sarifLog(findings, "1.2.3"))) as {
      version: string;
      runs: {
        tool: { driver: { version: string; rules: { id: string; properties: Record<string, unknown> }[] } };
        results: { ruleId: string; ruleIndex: number; level: string; partialFingerprints: unknown }[];
      }[];
    };
    const [run] = log.runs;
    assert.ok(run !== undefined);
    assert.equal(log.version, "2.1.0");
    assert.equal(run.tool.driver.version, "1.2.3");
    assert.deepEqual(
      run.tool.driver.rules.map(({ id, properties }) => [id, properties["security-severity"]]),
      [
        ["critical", "9.4"],
        ["high", "8"],
        ["medium", "5"],
        ["low", "2"],
        ["info", "1"],
      ],
    );
    assert.deepEqual(
      run.results.map(({ level }) => level),
      ["error", "error", "note", "note", "none", "error"],
    );
    for (const { ruleId, ruleIndex } of run.results) assert.equal(run.tool.driver.rules[ruleIndex]?.id, ruleId);
    assert.deepEqual(run.results[0]?.partialFingerprints, { "garrison/v1": "critical".padEnd(64, "0") });
  });

  it("give SARIF that a strict reader takes, whatever a site and a template put into it", () => {
    const [plain] = finding("a", "info").info.tags ?? [];
    const odd = finding("a", "info", {
      info: {
        name: "Name",
        author: ["a"],
        severity: "info",
        tags: [plain ?? "", "x"],
        reference: ["https://e.test/a b|c"],
      },
      "matched-at": 'http://h.test/?q=<b>{1}|^`"\\[%zz%41',
    });
    const log = JSON.parse(JSON.stringify(sarifLog([odd], "1.2.3"))) as {
      runs: {
        tool: { driver: { rules: { helpUri: string; properties: { tags: string[] } }[] } };
        results: { kind: string; locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[];
      }[];
    };
    const rule = log.runs[0]?.tool.driver.rules[0];
    const result = log.runs[0]?.results[0];
    // RFC 3986: what SARIF's "uri" formats take.
    const uri = /^https?:\/\/h?e?\.test\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*$/;
    assert.match(result?.locations[0]?.physicalLocation.artifactLocation.uri ?? "", uri);
    assert.match(rule?.helpUri ?? "", uri);
    assert.deepEqual(rule?.properties.tags, ["x"]);
    const literal = JSON.stringify(sarifLog([finding("a", "low", { "matched-at": "http://[::1]:8080/[" })], "1.2.3"));
    assert.match(literal, /"uri":"http:\/\/\[::1\]:8080\/%5B"/);
    assert.equal(result?.kind, "informational");
  });
});
