import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { built, inRepository } from "../../support/built.ts";
import { linesOf, runCommand } from "../../support/command-line.ts";
import { tempDir } from "../../support/temp-dir.ts";

const template = (id: string, severity: string, author: string, rest: string): string =>
  `id: ${id}\ninfo: {name: Name of ${id}, author: ${author}, severity: ${severity}, tags: "web,${id}"}\n${rest}`;

const login = `http:
  - method: POST
    path: ["{{BaseURL}}/login"]
    matchers:
      - {type: word, words: [welcome]}
`;

describe("garrison template list and show", function () {
  this.timeout(30_000);
  const folder = tempDir("template-list");
  const templates = join(folder.path, "templates");

  before(async () => {
    await built();
    mkdirSync(templates);
    writeFileSync(join(templates, "login.yaml"), template("login", "high", "ann", login));
    writeFileSync(join(templates, "script.yaml"), template("script", "low", "bob", "code:\n  - engine: [sh]\n"));
    writeFileSync(join(templates, "broken.yaml"), "id: [");
  });
  after(() => folder.remove());

  it("list says a line a template, refused ones too, and the counts on stderr", async () => {
    const { code, stdout, stderr } = await runCommand(["template", "list", templates]);
    assert.equal(code, 0);
    assert.deepEqual(
      linesOf(stdout).map((line) => line.split(/ {2,}/)),
      [
        ["", "invalid", join(templates, "broken.yaml")],
        ["high", "supported", "http", "login", "Name of login"],
        ["low", "refused", "code", "script", "Name of script"],
      ],
    );
    assert.equal(stderr, "3 templates: 1 supported, 1 refused, 1 invalid\n");
  });

  it("list takes the flags by which a scan selects, and several paths", async () => {
    const listed = async (...flags: readonly string[]): Promise<readonly unknown[]> => {
      const { code, stdout } = await runCommand(["template", "list", templates, "--json", ...flags]);
      assert.equal(code, 0);
      return linesOf(stdout).map((line) => (JSON.parse(line) as { id: unknown }).id);
    };
    assert.deepEqual(await listed("--severity", "high"), ["login"]);
    assert.deepEqual(await listed("--author", "BOB"), ["script"]);
    assert.deepEqual(await listed("--type", "http,dns"), ["login"]);
    assert.deepEqual(await listed("--tags", "web", "--exclude-type", "http"), ["script"]);
    assert.deepEqual(await listed("--id", "log*"), ["login"]);
    const both = await runCommand(["template", "list", templates, inRepository("templates"), "--json", "--quiet"]);
    assert.ok(linesOf(both.stdout).length > 20);
    assert.equal(both.stderr, "");
  });

  it("list --json has the same keys for every template", async () => {
    const { stdout } = await runCommand(["template", "list", templates, "--json"]);
    const rows = linesOf(stdout).map((line) => JSON.parse(line) as Record<string, unknown>);
    const keys = ["file", "id", "protocols", "status", "severity", "name", "author", "tags", "requests"];
    for (const row of rows) assert.deepEqual(Object.keys(row), keys);
    assert.deepEqual(rows[1], {
      ...{ file: join(templates, "login.yaml"), id: "login", protocols: ["http"], status: "supported" },
      ...{ severity: "high", name: "Name of login", author: ["ann"], tags: ["web", "login"], requests: 1 },
    });
    assert.equal(rows[0]?.["id"], null);
  });

  it("list takes a pager that is left for the reader's own choice", async () => {
    const args = ["-c", `"$0" "$@" | head -n 1; echo "code \${PIPESTATUS[0]}"`, process.execPath];
    const command = [inRepository("dist/bin/garrison.js"), "template", "list", inRepository("templates"), "--quiet"];
    const { stdout } = await promisify(execFile)("bash", [...args, ...command], { encoding: "utf8" });
    assert.equal(linesOf(stdout).length, 2);
    assert.equal(linesOf(stdout)[1], "code 0");
  });

  it("show says what a template sends and which keys it uses", async () => {
    const { code, stdout } = await runCommand(["template", "show", join(templates, "login.yaml")]);
    assert.equal(code, 0);
    for (const line of [
      /^id +login$/m,
      /^status +supported$/m,
      /^requests +1$/m,
      /^sends +http\[0\] POST \{\{BaseURL\}\}\/login$/m,
      /^key +http\[0\]\.method \(line 4\) supported: /m,
      /^key +http\[0\]\.matchers\[0\]\.words \(line 7\) supported: /m,
    ]) {
      assert.match(stdout, line);
    }
    const json = await runCommand(["template", "show", "LOGIN", "--templates", templates, "--json"]);
    const shown = JSON.parse(json.stdout) as Record<string, unknown>;
    assert.deepEqual(shown["sends"], [{ block: "http[0]", request: "POST {{BaseURL}}/login" }]);
    assert.equal(shown["id"], "login");
  });

  it("show says why a template is not run", async () => {
    const { code, stdout } = await runCommand(["template", "show", "script", "--templates", templates]);
    assert.equal(code, 0);
    assert.match(stdout, /^status +refused$/m);
    assert.match(stdout, /^key +code \(line 3\) refused: /m);
    assert.match(stdout, /^refused +line 3: code not supported/m);
    const broken = await runCommand(["template", "show", join(templates, "broken.yaml")]);
    assert.match(broken.stdout, /^invalid +line \d+: +YAML/m);
  });

  it("show ends with 2 for what is nowhere", async () => {
    const nowhere = await runCommand(["template", "show", "invented"]);
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.stderr, /--templates/);
    assert.equal((await runCommand(["template", "show", "invented", "--templates", templates])).code, 2);
  });
});
