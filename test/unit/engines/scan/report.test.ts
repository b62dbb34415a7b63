import assert from "node:assert/strict";
import { compareFindings } from "../../../../src/engines/scan/report/changes.ts";
import { jsonLine } from "../../../../src/engines/scan/report/jsonl.ts";
import { changesTable, findingsTable } from "../../../../src/engines/scan/report/table.ts";
import { finding } from "./report-sample.ts";

/** The first cells of the rows of a table. */
const cellsOf = (table: string, count: number): readonly string[] =>
  table
    .split("\n")
    .filter((line) => line.startsWith("│"))
    .map((line) =>
      line
        .split("│")
        .map((cell) => cell.trim())
        .slice(1, count + 1)
        .join(" "),
    );

describe("findings as JSON lines", () => {
  it("are one line each, whatever they hold", () => {
    const odd = finding("a", "low", { response: "line\r\nbreak \u2028" });
    const line = jsonLine(odd);
    assert.equal(line.indexOf("\n"), line.length - 1);
    assert.deepEqual(JSON.parse(line), odd);
  });

  it("leave out what is empty, as nuclei does, but not what nuclei always writes", () => {
    const empty = { request: "", response: "", path: "", "curl-command": "", meta: {}, "extracted-results": [] };
    const keys = Object.keys(JSON.parse(jsonLine(finding("a", "info", empty))) as object);
    assert.deepEqual(keys, [
      "template-id",
      "template-path",
      "info",
      "type",
      "host",
      "port",
      "scheme",
      "url",
      "matched-at",
      "timestamp",
      "matcher-status",
      "fingerprint",
    ]);
  });
});

describe("the table of findings", () => {
  it("has stable columns and the most severe first", () => {
    const table = findingsTable([
      finding("b", "info"),
      finding("u", "unknown"),
      finding("c", "critical"),
      finding("a", "info"),
    ]);
    assert.deepEqual(cellsOf(table, 2), ["severity template", "critical c", "info a", "info b", "unknown u"]);
  });

  it("lets no site write to the terminal", () => {
    const text = findingsTable([
      finding("a", "low", {
        "matched-at": `http://h.test/${"x".repeat(500)}`,
        "extracted-results": ["\u001b[2J\u001b]0;title\u0007", "a\r\nb", "\u202eevil"],
      }),
    ]);
    assert.doesNotMatch(text.replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u);
    assert.ok(text.split("\n").every((line) => line.length < 300));
  });

  it("says what has changed in its first column", () => {
    const [a, b, c, d] = ["a", "b", "c", "d"].map((id) => finding(id, "low"));
    assert.ok(a && b && c && d);
    const table = changesTable(compareFindings([a, b, c], [d, a], ({ fingerprint }) => fingerprint === b.fingerprint));
    assert.deepEqual(cellsOf(table, 3), [
      "change severity template",
      "new low d",
      "unknown low c",
      "fixed low b",
      "unchanged low a",
    ]);
  });
});

describe("two scans compared", () => {
  const [a, b, c] = ["a", "b", "c"].map((id) => finding(id, "low")) as [
    ReturnType<typeof finding>,
    ReturnType<typeof finding>,
    ReturnType<typeof finding>,
  ];
  const later = { ...b, timestamp: "2026-02-01T00:00:00.000Z", response: "other", ip: "127.0.0.9" };

  it("tells new from unchanged by the fingerprint, each once, in any order", () => {
    const changes = compareFindings([a, b, b], [c, later, c], () => true);
    assert.deepEqual(changes, { new: [c], unchanged: [later], fixed: [a], unknown: [] });
    assert.deepEqual(
      compareFindings([b, a], [later, c], () => true),
      changes,
    );
  });

  it("calls nothing fixed where nobody looked", () => {
    assert.deepEqual(
      compareFindings([a, b], [], () => false),
      { new: [], unchanged: [], fixed: [], unknown: [a, b] },
    );
    const { fixed, unknown } = compareFindings([a, b], [], (gone) => gone === a);
    assert.deepEqual({ fixed, unknown }, { fixed: [a], unknown: [b] });
  });
});
