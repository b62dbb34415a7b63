import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { type Ended, linesOf, runCommand } from "../../support/command-line.ts";
import { type PlainSite, startPlainSite } from "../../support/plain-site.ts";
import { summaryOf } from "../../support/scan-lines.ts";
import { tempDir } from "../../support/temp-dir.ts";

const template = (id: string): string => `id: ${id}
info: {name: ${id}, author: test, severity: ${id === "c" ? "high" : "low"}}
http:
  - path: ["{{BaseURL}}/${id}"]
    matchers:
      - {type: status, status: [200]}
`;

/** Findings by the kind of change, as `scan diff --json` writes them. */
const changesOf = (stdout: string): readonly string[] =>
  linesOf(stdout)
    .map((line) => JSON.parse(line) as { change: string; finding: { "template-id": string } })
    .map(({ change, finding }) => `${change} ${finding["template-id"]}`)
    .toSorted();

describe("garrison scan diff, and scan run --baseline", function () {
  this.timeout(60_000);
  const folder = tempDir("diff");
  const templates = join(folder.path, "templates");
  const old = join(folder.path, "old.jsonl");
  const later = join(folder.path, "later.jsonl");
  let site: PlainSite;
  /** Paths that are there; `undefined`: the site hangs up on everyone. */
  let there: ReadonlySet<string> | undefined;

  const scan = (...flags: readonly string[]): Promise<Ended> =>
    runCommand(["scan", "run", "--target", `${site.url}/`, "--templates", templates, "--retries", "0", ...flags]);

  before(async () => {
    await built();
    mkdirSync(templates);
    for (const id of ["a", "b", "c"]) writeFileSync(join(templates, `${id}.yaml`), template(id));
    site = await startPlainSite(({ url = "", socket }, response) => {
      if (there === undefined) socket.destroy();
      else response.writeHead(there.has(url) ? 200 : 404).end();
    });
    there = new Set(["/a", "/b"]);
    assert.equal((await scan("--format", "jsonl", "--output", old)).code, 0);
    there = new Set(["/b", "/c"]);
    assert.equal((await scan("--format", "jsonl", "--output", later)).code, 0);
  });
  after(async () => {
    await site.close();
    folder.remove();
  });

  it("of two files: what is new and unchanged; what is gone is unknown, for nobody says that it was looked at", async () => {
    const { code, stdout, stderr } = await runCommand(["scan", "diff", old, later]);
    assert.equal(code, 4, stderr);
    assert.equal(stderr, "1 new, 1 unknown, 0 fixed, 1 unchanged\n");
    for (const row of [/new +│ high +│ c /, /unknown +│ low +│ a /, /unchanged +│ low +│ b /])
      assert.match(stdout, row);
    const json = await runCommand(["scan", "diff", old, later, "--json", "--allow-incomplete"]);
    assert.equal(json.code, 0);
    assert.equal(json.stderr, "");
    assert.deepEqual(changesOf(json.stdout), ["new c", "unchanged b", "unknown a"]);
  });

  it("calls fixed what is gone when a person vouches for it; --fail-on is about what is new", async () => {
    const diff = (...flags: readonly string[]): Promise<Ended> =>
      runCommand(["scan", "diff", old, later, "--assume-complete", "--json", ...flags]);
    const { code, stdout } = await diff();
    assert.equal(code, 0);
    assert.deepEqual(changesOf(stdout), ["fixed a", "new c", "unchanged b"]);
    assert.equal((await diff("--fail-on", "high")).code, 3);
    assert.equal((await diff("--fail-on", "critical")).code, 0);
    const turned = await runCommand(["scan", "diff", later, old, "--assume-complete", "--fail-on", "high"]);
    assert.equal(turned.code, 0, "c is gone, not new");
  });

  it("gives the states of SARIF's results", async () => {
    const { stdout } = await runCommand(["scan", "diff", old, later, "--assume-complete", "--format", "sarif"]);
    const log = JSON.parse(stdout) as { runs: [{ results: { ruleId: string; baselineState: string }[] }] };
    assert.deepEqual(log.runs[0].results.map(({ ruleId, baselineState }) => `${ruleId} ${baselineState}`).toSorted(), [
      "a absent",
      "b unchanged",
      "c new",
    ]);
  });

  it("--baseline: a complete scan knows what is fixed, and --fail-on is about what is new", async () => {
    there = new Set(["/b", "/c"]);
    const { code, stdout, stderr } = await scan("--baseline", old, "--fail-on", "high");
    assert.equal(code, 3, stderr);
    assert.match(stderr, /^scan complete: 2 findings \(1 new, 0 unknown, 1 fixed, 1 unchanged\);/m);
    assert.match(stdout, /fixed +│ low +│ a /);
    const again = await scan("--baseline", later, "--fail-on", "low", "--json");
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(summaryOf(again.stderr).changes, { new: 0, unknown: 0, fixed: 0, unchanged: 2 });
    assert.equal(linesOf(again.stdout).length, 2);
  });

  it("--baseline: what was not looked at is unknown, not fixed: other templates, other targets, no answer", async () => {
    there = new Set(["/b", "/c"]);
    const fewer = await scan("--baseline", old, "--exclude-id", "a", "--json");
    assert.equal(fewer.code, 4, fewer.stderr);
    assert.deepEqual(summaryOf(fewer.stderr).changes, { new: 1, unknown: 1, fixed: 0, unchanged: 1 });
    const elsewhere = join(folder.path, "elsewhere.jsonl");
    writeFileSync(elsewhere, readFileSync(old, "utf8").replaceAll(/"url":"[^"]+"/g, '"url":"http://127.0.0.1:9/"'));
    const other = await scan("--baseline", elsewhere, "--json", "--id", "a");
    assert.deepEqual(summaryOf(other.stderr).changes, { new: 0, unknown: 2, fixed: 0, unchanged: 0 });
    there = undefined;
    const silent = await scan("--baseline", old, "--json");
    assert.equal(silent.code, 4);
    assert.deepEqual(summaryOf(silent.stderr).changes, { new: 0, unknown: 2, fixed: 0, unchanged: 0 });
  });

  it("says in every format for people and programs that a scan is incomplete", async () => {
    there = undefined;
    const formats = ["table", "sarif", "markdown", "html"].map((format) => scan("--format", format));
    const [table, sarif, markdown, html] = (await Promise.all(formats)).map(({ stdout }) => stdout);
    assert.match(table ?? "", /^no findings\nthe scan is incomplete: \d+ gaps?\n$/);
    const log = JSON.parse(sarif ?? "") as {
      runs: [{ invocations: [{ executionSuccessful: boolean; toolExecutionNotifications: unknown[] }] }];
    };
    const [invocation] = log.runs[0].invocations;
    assert.equal(invocation.executionSuccessful, false);
    assert.ok(invocation.toolExecutionNotifications.length > 0);
    assert.match(markdown ?? "", /^# Scan report\n\n\*\*This scan is incomplete\.\*\*/);
    assert.match(html ?? "", /<strong>This scan is incomplete\.<\/strong>/);
  });

  it("writes what was found as Markdown and HTML, with its evidence", async () => {
    there = new Set(["/c"]);
    const [markdown, html] = await Promise.all([scan("--format", "markdown"), scan("--format", "html")]);
    assert.match(markdown.stdout, /^## high$[\s\S]*^ {2}GET \/c HTTP\/1\.1$/m);
    assert.match(html.stdout, /<h2>high<\/h2>[\s\S]*<pre>GET \/c HTTP\/1\.1\n/);
    assert.match(html.stdout, /Content-Security-Policy/);
  });

  it("ends with 2 for a file that has something else in it, with its line", async () => {
    const bad = join(folder.path, "bad.jsonl");
    writeFileSync(bad, `${readFileSync(old, "utf8")}{"no":"finding"}\n`);
    const { code, stderr } = await runCommand(["scan", "diff", bad, later]);
    assert.equal(code, 2);
    assert.match(stderr, /bad\.jsonl:3: is no finding/);
    const run = await scan("--baseline", join(folder.path, "missing.jsonl"));
    assert.equal(run.code, 2);
    assert.match(run.stderr, /missing\.jsonl: cannot be read/);
  });
});
