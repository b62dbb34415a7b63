import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { compareFindings } from "../../../../src/engines/scan/report/changes.ts";
import { sarifLog } from "../../../../src/engines/scan/report/sarif.ts";
import type { ScanReport } from "../../../../src/engines/scan/report/scan-report.ts";
import type { Severity } from "../../../../src/engines/scan/template/severity.ts";
import { inRepository } from "../../../support/built.ts";
import { complete, finding, hostileFinding } from "./report-sample.ts";

interface Log {
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: {
          readonly version: string;
          readonly rules: readonly {
            readonly id: string;
            readonly helpUri?: string;
            readonly properties: { readonly "security-severity": string; readonly tags: readonly string[] };
          }[];
        };
      };
      readonly invocations: readonly unknown[];
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly kind: string;
        readonly level: string;
        readonly message: { readonly text: string };
        readonly baselineState?: string;
        readonly locations: readonly [
          {
            readonly physicalLocation: {
              readonly artifactLocation: { readonly uri: string };
              readonly region: { readonly startLine: number };
            };
          },
        ];
        readonly partialFingerprints: unknown;
      }[];
    },
  ];
}

/** What the published schema of SARIF 2.1.0 finds wrong. */
const schemaFaults = (() => {
  const text = readFileSync(inRepository("test/fixtures/sarif/sarif-2.1.0-rtm.5.json"), "utf8");
  const { $schema, id, ...schema } = JSON.parse(text) as Record<string, unknown>;
  assert.ok(String($schema).includes("draft-04") && String(id).includes("2.1.0"));
  // What differs between draft 4 and the validator's draft 7 is not used in it.
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  return (log: unknown): readonly string[] =>
    validate(log) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
})();

const logOf = (report: ScanReport): Log["runs"][0] => {
  const log = JSON.parse(JSON.stringify(sarifLog(report, "1.2.3"))) as Log;
  assert.deepEqual(schemaFaults(log), []);
  return log.runs[0];
};

describe("SARIF reports", () => {
  it("are held against a schema that takes not everything", () => {
    const log = JSON.parse(JSON.stringify(sarifLog(complete(finding("a", "low")), "1"))) as Log;
    const [run] = log.runs;
    assert.notDeepEqual(schemaFaults({ ...log, runs: [{ ...run, results: [{ level: "medium" }] }] }), []);
    assert.notDeepEqual(schemaFaults({ ...log, runs: [{ ...run, invented: 1 }] }), []);
  });

  it("have one rule a template and the levels of its severities", () => {
    const severities: readonly Severity[] = ["critical", "high", "medium", "low", "info"];
    const run = logOf(
      complete(...severities.map((severity) => finding(severity, severity)), finding("critical", "critical")),
    );
    const { version, rules } = run.tool.driver;
    assert.equal(version, "1.2.3");
    assert.deepEqual(
      rules.map(({ id, properties }) => `${id} ${properties["security-severity"]}`),
      ["critical 9.4", "high 8", "medium 5", "low 2", "info 1"],
    );
    assert.deepEqual(
      run.results.map(({ level }) => level),
      ["error", "error", "note", "note", "none", "error"],
    );
    assert.deepEqual([...new Set(run.results.map(({ kind }) => kind))], ["fail", "informational"]);
    for (const { ruleId, ruleIndex } of run.results) assert.equal(rules[ruleIndex]?.id, ruleId);
    const fingerprint = "critical".padEnd(64, "0");
    assert.deepEqual(run.results[0]?.partialFingerprints, {
      primaryLocationLineHash: fingerprint,
      "garrison/v1": fingerprint,
    });
  });

  it("say of a scan that is incomplete that it was not successful, and what was not looked at", () => {
    assert.deepEqual(logOf(complete()).invocations, [{ executionSuccessful: true }]);
    assert.deepEqual(logOf({ findings: [], complete: false, gaps: ["h.test does not answer {1}"] }).invocations, [
      {
        executionSuccessful: false,
        toolExecutionNotifications: [{ level: "error", message: { text: "h.test does not answer {{1}}" } }],
      },
    ]);
  });

  it("name places as relative paths that lead nowhere else, which is all that code scanning takes", () => {
    const uriOf = (place: string): string =>
      logOf(complete(finding("a", "low", { "matched-at": place }))).results[0]?.locations[0].physicalLocation
        .artifactLocation.uri ?? "";
    assert.equal(uriOf("http://h.test:8080/a/b?c=d#e"), "h.test%3A8080/a/b%3Fc=d%23e");
    assert.equal(uriOf("https://[::1]/../..//etc/%2e"), "%5B%3A%3A1%5D/%2E%2E/%2E%2E/etc/%252e");
    assert.equal(uriOf("127.0.0.1:6379"), "127.0.0.1%3A6379");
    assert.equal(uriOf("/srv/www/index.php"), "srv/www/index.php");
    assert.equal(uriOf("http:///"), "target");
  });

  it("name the first line of a file that matched", () => {
    const lines = { type: "file", "matched-at": "/srv/app.conf", "matched-line": [7, 9] } as const;
    const [result] = logOf(complete(finding("a", "low", lines))).results;
    assert.equal(result?.locations[0].physicalLocation.region.startLine, 7);
  });

  it("are valid whatever a site and a template put into them", () => {
    const run = logOf(
      complete(hostileFinding(), finding("b", "low", { "matched-at": 'http://h.test/?q=<b>{1}|^`"\\[%zz%41' })),
    );
    const [first] = run.results;
    // SARIF 3.11.5 and 3.11.6: single braces are placeholders, [text](target) is a link.
    assert.doesNotMatch(first?.message.text ?? "", /(?<!\{)\{(?:\{\{)*(?!\{)|(?<!\\)\]\(/);
    for (const { locations } of run.results) {
      assert.match(locations[0].physicalLocation.artifactLocation.uri, /^(?:[\w\-.~!$&'()*+,;=@/]|%[0-9A-F]{2})+$/);
    }
    const links = complete(
      finding("a", "info", {
        info: { name: "N", author: [], severity: "info", reference: ["no url", "https://e.test/a b|c"] },
      }),
    );
    assert.equal(logOf(links).tool.driver.rules[0]?.helpUri, "https://e.test/a%20b%7Cc");
  });

  it("tag rules with their weaknesses, as code scanning reads them", () => {
    const info = {
      name: "N",
      author: [],
      severity: "low",
      tags: ["x", "x"],
      classification: { "cwe-id": ["CWE-79"] },
    } as const;
    const run = logOf(complete(finding("a", "low", { info })));
    assert.deepEqual(run.tool.driver.rules[0]?.properties.tags, ["security", "x", "external/cwe/cwe-79"]);
  });

  it("give the state of each result against an earlier scan", () => {
    const [a, b, c] = ["a", "b", "c"].map((id) => finding(id, "low"));
    assert.ok(a && b && c);
    const changes = compareFindings([a, b], [b, c], () => true);
    const run = logOf({ ...complete(b, c), changes });
    assert.deepEqual(
      run.results.map(({ ruleId, baselineState }) => `${ruleId} ${baselineState ?? ""}`),
      ["c new", "a absent", "b unchanged"],
    );
  });
});
