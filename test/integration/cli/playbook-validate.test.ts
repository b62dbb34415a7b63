import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { built, inRepository } from "../../support/built.ts";
import { linesOf, runCommand } from "../../support/command-line.ts";
import { tempDir } from "../../support/temp-dir.ts";

interface Row {
  readonly file: string;
  readonly id: string | null;
  readonly kind: string;
  readonly status: string;
  readonly reasons: readonly { readonly key: string; readonly line: number; readonly message: string }[];
}

const good = "export const actions = {};\nexport const onStart = () => 1;\n";
const binding = (id: string, run: string, detection = "{s: {host: web}, condition: s}"): string =>
  `id: ${id}\nwhen:\n  kinds: [ransomware]\n  detection: ${detection}\nrun: [${run}]\n`;

describe("garrison playbook validate", function () {
  this.timeout(60_000);
  const folder = tempDir("playbook-validate");
  const playbooks = join(folder.path, "playbooks");
  const rules = join(folder.path, "rules");

  const write = (path: string, text: string): string => {
    const file = join(folder.path, path);
    writeFileSync(file, text);
    return file;
  };
  const rowsOf = async (...paths: readonly string[]): Promise<{ code: number | null; rows: readonly Row[] }> => {
    const { code, stdout, stderr } = await runCommand(["playbook", "validate", ...paths, "--json"]);
    assert.equal(stderr, "");
    return { code, rows: linesOf(stdout).map((line) => JSON.parse(line) as Row) };
  };

  before(async () => {
    await built();
    for (const name of [playbooks, join(playbooks, "shared"), rules, join(rules, "sigma")]) mkdirSync(name);
    write("playbooks/good.ts", `import { one } from "./shared/one.ts";\n${good}export const title: string = one;\n`);
    write("playbooks/shared/one.ts", 'export const one: string = "one";\n');
    write("playbooks/syntax.ts", "export const actions = {};\nexport const onStart = (=> 1;\n");
    write("playbooks/throws.mjs", `${good}throw new Error("at its top");\n`);
    write("playbooks/incomplete.js", "export const actions = {};\n");
    write("playbooks/standard.json", JSON.stringify({ type: "playbook", spec_version: "cacao-2.0" }));
    write("playbooks/notes.txt", "no playbook");
    write("rules/good.yml", `${binding("one", "good")}---\n${binding("two", "good")}`);
    write("rules/bad.yml", `${binding("three", "good")}---\n${binding("four", "missing")}`);
    write("rules/unknown.yml", binding("five", "good", "{s: {host|sounds-like: web}, condition: s}"));
    write("rules/sigma/unused.yml", "no: rule\n");
  });
  after(() => folder.remove());

  it("--json: one object a line with exactly the promised keys, no file left out; 1 when one cannot be used", async () => {
    const { code, rows } = await rowsOf(playbooks, rules);
    assert.equal(code, 1);
    const keys = ["file", "id", "kind", "status", "reasons", "warnings", "markings", "signatures"];
    for (const row of rows) assert.deepEqual(Object.keys(row), keys);
    const shown = rows.map(
      ({ file, id, kind, status }) => `${file.slice(folder.path.length + 1)} ${id ?? "-"} ${kind} ${status}`,
    );
    assert.deepEqual(shown.toSorted(), [
      "playbooks/good.ts good module supported",
      "playbooks/incomplete.js incomplete module invalid",
      "playbooks/standard.json standard cacao invalid",
      "playbooks/syntax.ts syntax module invalid",
      "playbooks/throws.mjs throws module invalid",
      "rules/bad.yml - bindings invalid",
      "rules/good.yml - bindings supported",
      "rules/unknown.yml - bindings invalid",
    ]);
    const reasonOf = (name: string): Row["reasons"][number] | undefined =>
      rows.find(({ file }) => file.endsWith(name))?.reasons[0];
    assert.deepEqual(Object.keys(reasonOf("syntax.ts") ?? {}), ["step", "key", "line", "message"]);
    assert.equal(reasonOf("syntax.ts")?.line, 2);
    assert.match(reasonOf("incomplete.js")?.message ?? "", /onStart/);
    assert.match(reasonOf("throws.mjs")?.message ?? "", /at its top/);
    assert.deepEqual([reasonOf("standard.json")?.key, reasonOf("standard.json")?.line], ["id", 1]);
    const missing = reasonOf("bad.yml");
    assert.deepEqual([missing?.line, missing?.key], [7, "run"]);
    assert.match(missing?.message ?? "", /"four": there is no playbook "missing"/);
    assert.match(`${reasonOf("unknown.yml")?.key} ${reasonOf("unknown.yml")?.message}`, /detection.*sounds-like/);
  });

  it("for people: a line for each reason with file and line on stdout, the sum on stderr", async () => {
    const paths = [join(playbooks, "syntax.ts"), join(playbooks, "standard.json"), join(rules, "good.yml")];
    const { code, stdout, stderr } = await runCommand(["playbook", "validate", ...paths]);
    assert.equal(code, 1);
    assert.match(stdout, /syntax\.ts:2: invalid: /);
    assert.match(stdout, /standard\.json:1: invalid: id: is missing/);
    assert.match(stdout, /good\.yml: supported/);
    assert.equal(stderr, "3 files: 1 supported, 0 refused, 2 invalid\n");
    assert.equal((await runCommand(["playbook", "validate", ...paths, "--quiet"])).stderr, "");
  });

  it("judges a file alone: 0 when it can be used, whatever stands beside it", async () => {
    const { code, rows } = await rowsOf(join(playbooks, "good.ts"));
    assert.equal(code, 0);
    assert.deepEqual(rows, [
      {
        ...{ file: join(playbooks, "good.ts"), id: "good", kind: "module", status: "supported", reasons: [] },
        ...{ warnings: [], markings: [], signatures: [] },
      },
    ]);
  });

  it("0 when every file can be used, as all that ship with the product can", async () => {
    const { code, rows } = await rowsOf(inRepository("playbooks"), inRepository("rules"));
    const bad = rows.filter(({ status }) => status !== "supported");
    assert.deepEqual([code, bad], [0, []]);
    assert.ok(rows.length >= 8, `${rows.length} files`);
  });

  it("a path without any of it is bad usage, in one line that says what would do", async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      [join(folder.path, "nowhere"), /nowhere: cannot be read: ENOENT/],
      [join(playbooks, "notes.txt"), /is neither a playbook \(\.ts.*nor a file of bindings/],
    ];
    for (const [path, message] of cases) {
      const { code, stdout, stderr } = await runCommand(["playbook", "validate", path]);
      assert.deepEqual([code, stdout], [2, ""], stderr);
      assert.match(stderr, message);
      assert.equal(linesOf(stderr).length, 1);
    }
    const empty = tempDir("playbook-validate-empty");
    try {
      const { code, stderr } = await runCommand(["playbook", "validate", empty.path]);
      assert.equal(code, 2);
      assert.match(stderr, /neither a playbook nor a file of bindings at /);
    } finally {
      empty.remove();
    }
  });
});
