import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { built, inRepository } from "../../support/built.ts";
import { linesOf, runCommand } from "../../support/command-line.ts";
import { writePlainTemplates } from "../../support/scan-templates.ts";
import { tempDir } from "../../support/temp-dir.ts";

const refused = "id: refused\ninfo: {name: refused, author: test, severity: low}\ncode:\n  - engine: [sh]\n";
const invalid = "id: invalid\ninfo:\n  name: [never closed\n";

describe("garrison template validate", function () {
  this.timeout(30_000);
  const folder = tempDir("validate");
  const mixed = join(folder.path, "mixed");

  before(async () => {
    await built();
    writePlainTemplates(mixed, { templates: 2, requests: 1 });
    mkdirSync(join(mixed, "deeper"));
    writeFileSync(join(mixed, "deeper", "refused.yaml"), refused);
    writeFileSync(join(mixed, "invalid.yml"), invalid);
    writeFileSync(join(mixed, "notes.txt"), "no template");
  });
  after(() => folder.remove());

  it("--json: one object a line with exactly the promised keys, no file left out; 1 when one cannot be run", async () => {
    const { code, stdout, stderr } = await runCommand(["template", "validate", mixed, "--json"]);
    assert.equal(code, 1);
    assert.equal(stderr, "");
    const rows = linesOf(stdout).map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const row of rows) assert.deepEqual(Object.keys(row), ["file", "id", "protocols", "status", "reasons"]);
    const byFile = new Map(rows.map((row) => [String(row["file"]).slice(mixed.length + 1), row]));
    assert.deepEqual([...byFile].map(([file, { status }]) => `${file} ${String(status)}`).toSorted(), [
      "deeper/refused.yaml refused",
      "invalid.yml invalid",
      "t0.yaml supported",
      "t1.yaml supported",
    ]);
    assert.deepEqual(byFile.get("t0.yaml"), {
      ...{ file: join(mixed, "t0.yaml"), id: "t0", protocols: ["http"], status: "supported", reasons: [] },
    });
    const [reason, ...more] = byFile.get("deeper/refused.yaml")?.["reasons"] as Record<string, unknown>[];
    assert.deepEqual(more, []);
    assert.deepEqual(Object.keys(reason ?? {}), ["key", "line", "message"]);
    assert.equal(reason?.["line"], 3);
    assert.equal(reason["key"], "code");
    const [broken] = byFile.get("invalid.yml")?.["reasons"] as Record<string, unknown>[];
    assert.match(String(broken?.["message"]), /^YAML/);
  });

  it("for people: a line for each reason with file and line on stdout, the sum on stderr", async () => {
    const { code, stdout, stderr } = await runCommand(["template", "validate", mixed]);
    assert.equal(code, 1);
    assert.match(stdout, /refused\.yaml:3: refused: code /);
    assert.match(stdout, /invalid\.yml:[34]: invalid: YAML/);
    assert.match(stdout, /t0\.yaml: supported/);
    assert.equal(stderr, "4 templates: 2 supported, 1 refused, 1 invalid\n");
    assert.equal((await runCommand(["template", "validate", mixed, "--quiet"])).stderr, "");
  });

  it("0 when every template can be run, as all that ship with the product can", async () => {
    const { code, stdout } = await runCommand(["template", "validate", inRepository("templates"), "--json"]);
    assert.equal(code, 0);
    assert.ok(linesOf(stdout).length >= 15);
  });
});
