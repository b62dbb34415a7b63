import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { type PracticeSite, startPracticeSite } from "../../../src/bin/practice-site/practice-site.ts";
import { built, inRepository } from "../../support/built.ts";
import { linesOf, runCommand } from "../../support/command-line.ts";
import { essenceOf, findingsOf, summaryOf } from "../../support/scan-lines.ts";
import { tempDir } from "../../support/temp-dir.ts";

const templates = inRepository("templates/http/exposures");

/** Keys of nuclei's JSON lines: the tags of its ResultEvent. */
const nucleiKeys = new Set(
  `template template-url template-id template-path template-encoded info matcher-name extractor-name type host port
  scheme url path matched-at extracted-results request response meta ip timestamp interaction curl-command
  matcher-status matched-line global-matchers issue_trackers req_url_pattern error`.split(/\s+/),
);

describe("garrison scan run: what it writes, and where", function () {
  this.timeout(60_000);
  const folder = tempDir("output");
  let site: PracticeSite;
  let scan: readonly string[];
  /** What `--format jsonl` writes. */
  let lines: string;

  before(async () => {
    await built();
    site = await startPracticeSite();
    scan = ["scan", "run", "--target", `${site.url}/`, "--templates", templates];
    lines = (await runCommand([...scan, "--format", "jsonl"])).stdout;
  });
  after(async () => {
    await site.close();
    folder.remove();
  });

  it("writes a table to stdout and how it ended to stderr, and leaves no temporary file", async () => {
    const tmp = join(folder.path, "tmp");
    mkdirSync(tmp);
    const { code, stdout, stderr } = await runCommand(scan, { tmp });
    assert.deepEqual(readdirSync(tmp), []);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /severity.*template.*matched-at/);
    assert.match(stdout, /git-config/);
    assert.doesNotMatch(stdout, /requests planned/);
    assert.match(stderr, /^scan complete: \d+ findings; \d+ requests planned, \d+ answered, 0 failed, 0 skipped/m);
  });

  it("writes nuclei's keys as JSON lines, the port as text, with a fingerprint", () => {
    const findings = findingsOf(lines);
    assert.equal(findings.length, 4);
    for (const finding of findings) {
      assert.equal(finding.port, new URL(site.url).port);
      assert.match(finding.fingerprint, /^[0-9a-f]{64}$/);
      assert.equal(finding.url, `${site.url}/`);
      for (const [key, value] of Object.entries(finding)) {
        assert.ok(nucleiKeys.has(key) || key === "fingerprint", `${key} is no key of nuclei`);
        assert.ok(value !== "" && value !== null, `${key} is empty`);
      }
      for (const key of ["template-id", "info", "type", "host", "matched-at", "timestamp", "request", "response"]) {
        assert.ok(key in finding, key);
      }
    }
    assert.equal(new Set(essenceOf(lines)).size, findings.length);
  });

  it("writes SARIF 2.1.0 with one result for each finding", async () => {
    const { stdout } = await runCommand([...scan, "--format", "sarif"]);
    const log = JSON.parse(stdout) as { version: string; runs: [{ results: { ruleId: string }[] }] };
    assert.equal(log.version, "2.1.0");
    assert.deepEqual(
      log.runs[0].results.map(({ ruleId }) => ruleId).toSorted(),
      findingsOf(lines)
        .map((finding) => finding["template-id"])
        .toSorted(),
    );
  });

  it("writes to a file instead, and nothing to stdout", async () => {
    const output = join(folder.path, "findings.jsonl");
    const { code, stdout } = await runCommand([...scan, "--format", "jsonl", "--output", output]);
    assert.equal(code, 0);
    assert.equal(stdout, "");
    assert.deepEqual(essenceOf(readFileSync(output, "utf8")), essenceOf(lines));
  });

  it("--json writes findings as lines to stdout and the summary as one line to stderr", async () => {
    const { stdout, stderr } = await runCommand([...scan, "--json"]);
    const summary = summaryOf(stderr);
    assert.equal(summary.findings, findingsOf(stdout).length);
    assert.equal(summary.complete, true);
    assert.equal(summary.requests.planned, summary.requests.sent + summary.requests.unneeded);
  });

  it("--quiet leaves stderr empty, with --json too", async () => {
    const runs = [scan, [...scan, "--json"]].map((args) => runCommand([...args, "--quiet"]));
    for (const { code, stderr } of await Promise.all(runs)) assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  });

  it("takes a reader that goes away early for the reader's own choice", async () => {
    const command = `"$0" "$@" --format jsonl | head -c 10; echo "code \${PIPESTATUS[0]}" >&2`;
    const args = ["-c", command, process.execPath, inRepository("dist/bin/garrison.js"), ...scan];
    const { stdout, stderr } = await promisify(execFile)("bash", args, { encoding: "utf8" });
    assert.equal(stdout, '{"template');
    assert.doesNotMatch(stderr, /EPIPE|at .*\.js:/);
    assert.equal(linesOf(stderr).at(-1), "code 0");
  });

  it("a standard output that takes nothing is a failure with its place", async () => {
    const full = openSync("/dev/full", "w");
    for (const args of [["config", "print"], ["config", "check", "--json"], scan]) {
      const child = spawn(process.execPath, [inRepository("dist/bin/garrison.js"), ...args], {
        stdio: ["ignore", full, "pipe"],
        timeout: 30_000,
      });
      assert.ok(child.stderr !== null);
      const [stderr] = await Promise.all([text(child.stderr), once(child, "close")]);
      assert.equal(child.exitCode, 1, stderr);
      assert.match(stderr, /standard output cannot be written: .*ENOSPC/);
    }
    closeSync(full);
  });

  it("does not mind a reader of its messages that goes away", async () => {
    const command = `{ "$0" "$@" >/dev/null; echo "code $?" >&3; } 2>&1 | head -c 0`;
    const args = ["-c", `exec 3>&1; ${command}`, process.execPath, inRepository("dist/bin/garrison.js"), ...scan];
    const { stdout } = await promisify(execFile)("bash", args, { encoding: "utf8" });
    assert.equal(stdout, "code 0\n");
  });
});
