import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { CliCluster } from "../../support/cli-cluster.ts";
import { linesOf } from "../../support/command-line.ts";
import { type PlainSite, startPlainSite } from "../../support/plain-site.ts";
import { findingsOf, summaryOf } from "../../support/scan-lines.ts";
import { writePlainTemplates } from "../../support/scan-templates.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

const states = (lines: string): readonly string[] =>
  linesOf(lines).map((line) => (JSON.parse(line) as { state: string }).state);

describe("garrison scan list, show, watch, results, cancel, pause, resume, stop-all", function () {
  this.timeout(120_000);
  const folder = tempDir("follow");
  let cluster: CliCluster;
  let templates: string;
  let slowTemplates: string;
  let site: PlainSite;
  /** Answers every request after a second: its scans take a while. */
  let slowSite: PlainSite;

  before(async () => {
    await built();
    templates = writePlainTemplates(join(folder.path, "templates"), { templates: 4, requests: 2 });
    slowTemplates = writePlainTemplates(join(folder.path, "slow"), { templates: 40, requests: 5 });
    site = await startPlainSite();
    slowSite = await startPlainSite((_request, response) => void setTimeout(() => response.end("ok"), 1_000));
    cluster = new CliCluster(join(folder.path, "cluster"));
    await cluster.start("node-1");
  });
  after(async () => {
    await cluster.close();
    await Promise.all([site.close(), slowSite.close()]);
    folder.remove();
  });

  const submit = async (target: string, from = templates): Promise<string> => {
    const { code, stdout, stderr } = await cluster.run("scan", "submit", "--templates", from, "--target", target);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  const submitSlow = async (): Promise<string> => {
    const seen = slowSite.seen.length;
    const id = await submit(`${slowSite.url}/`, slowTemplates);
    await until(
      () => slowSite.seen.length > seen,
      () => slowSite.seen.length,
      20_000,
    );
    return id;
  };
  const stateOf = async (id: string): Promise<unknown> => (await cluster.json("scan", "show", id))[0]?.["state"];

  it("watch follows a scan to its end and exits as its results do", async () => {
    const id = await submit(`${site.url}/`);
    const [calm, threshold, lower] = await Promise.all([
      cluster.run("scan", "watch", id, "--json"),
      cluster.run("scan", "watch", id, "--fail-on", "low"),
      cluster.run("scan", "watch", id, "--fail-on", "high"),
    ]);
    assert.equal(calm.code, 0, calm.stderr);
    assert.equal(states(calm.stdout).at(-1), "done");
    assert.equal(summaryOf(calm.stderr).findings, 8);
    assert.equal(threshold.code, 3, threshold.stderr);
    assert.match(threshold.stdout, new RegExp(`^${id} done, complete, 8 findings$`, "m"));
    assert.equal(lower.code, 0);
  });

  it("results are those of scan run, in every format, to stdout or a file, with its exit codes", async () => {
    const id = await submit(`${site.url}/`);
    assert.equal((await cluster.run("scan", "watch", id)).code, 0);
    const output = join(folder.path, "out.sarif");
    const [table, lines, sarif, threshold] = await Promise.all([
      cluster.run("scan", "results", id),
      cluster.run("scan", "results", id, "--json"),
      cluster.run("scan", "results", id, "--format", "sarif", "--output", output),
      cluster.run("scan", "results", id, "--format", "jsonl", "--fail-on", "info"),
    ]);
    assert.equal(table.code, 0, table.stderr);
    assert.match(table.stdout, /severity.*template.*matched-at/);
    assert.match(table.stderr, /^scan complete: 8 findings; 8 requests planned, 8 answered/m);
    assert.equal(summaryOf(lines.stderr).complete, true);
    const run = await cluster.run("scan", "run", "--templates", templates, "--target", `${site.url}/`, "--json");
    const prints = (stdout: string): readonly string[] => findingsOf(stdout).map(({ fingerprint }) => fingerprint);
    assert.deepEqual(new Set(prints(lines.stdout)), new Set(prints(run.stdout)));
    assert.equal(sarif.stdout, "");
    const log = JSON.parse(readFileSync(output, "utf8")) as { runs: [{ results: unknown[] }] };
    assert.equal(log.runs[0].results.length, 8);
    assert.equal(threshold.code, 3);
    assert.equal(linesOf(threshold.stdout).length, 8);
  });

  it("diff compares two scans: fixed is only what was looked at with the same templates", async () => {
    const fewer = writePlainTemplates(join(folder.path, "fewer"), { templates: 2, requests: 2 });
    const [all, some] = await Promise.all([submit(`${site.url}/`), submit(`${site.url}/`, fewer)]);
    assert.equal((await cluster.run("scan", "watch", all, some)).code, 0);
    const pairs = [
      [all, all],
      [some, all],
      [all, some],
    ] as const;
    const told = await Promise.all(
      pairs.map(async (pair) => {
        const { code, stderr } = await cluster.run("scan", "diff", ...pair);
        return `${code ?? ""}: ${stderr.trim()}`;
      }),
    );
    assert.deepEqual(told, [
      "0: 0 new, 0 unknown, 0 fixed, 8 unchanged",
      "0: 4 new, 0 unknown, 0 fixed, 4 unchanged",
      "4: 0 new, 4 unknown, 0 fixed, 4 unchanged",
    ]);
  });

  it("an incomplete scan ends with 4, with --allow-incomplete 0, and says what was not looked at", async () => {
    const gone = await startPlainSite();
    await gone.close();
    const id = await submit(`${gone.url}/`);
    const watched = await cluster.run("scan", "watch", id);
    assert.equal(watched.code, 4, watched.stderr);
    assert.match(watched.stderr, /unreachable/);
    const [results, allowed] = await Promise.all([
      cluster.run("scan", "results", id),
      cluster.run("scan", "results", id, "--allow-incomplete"),
    ]);
    assert.equal(results.code, 4);
    assert.match(results.stdout, /^no findings\nthe scan is incomplete: \d+ gaps?\n$/);
    assert.equal(allowed.code, 0);
    assert.match((await cluster.run("scan", "show", id)).stdout, /^state +done, incomplete$/m);
  });

  it("Ctrl-C ends the watching with 130 and leaves the scan running; cancel ends it, once", async () => {
    const id = await submitSlow();
    const watching = cluster.command(["scan", "watch", id, "--json"]);
    await until(
      () => watching.stdout().includes("running"),
      () => watching.stdout(),
      10_000,
    );
    watching.child.kill("SIGINT");
    const { code, stderr } = await watching.ended;
    assert.equal(code, 130, stderr);
    assert.equal(summaryOf(stderr).interrupted, true);
    assert.equal(await stateOf(id), "running");
    assert.equal((await cluster.run("scan", "results", id)).code, 4, "a scan that runs is not complete");

    const first = await cluster.run("scan", "cancel", id);
    assert.deepEqual([first.code, first.stdout], [0, `${id} cancelled\n`]);
    assert.deepEqual(await cluster.json("scan", "cancel", id), [{ id, cancelled: false }]);
    assert.equal(await stateOf(id), "cancelled");
    assert.equal((await cluster.run("scan", "watch", id)).code, 4);
  });

  it("pause and resume", async () => {
    const id = await submitSlow();
    assert.equal((await cluster.run("scan", "pause", id)).code, 0);
    assert.equal(await stateOf(id), "paused");
    assert.deepEqual(
      (await cluster.json("scan", "list", "--state", "paused")).map((scan) => scan["id"]),
      [id],
    );
    assert.deepEqual(await cluster.json("scan", "resume", id), [{ id, resumed: true }]);
    let state: unknown;
    await until(
      async () => (state = await stateOf(id)) === "running",
      () => state,
      20_000,
    );
    assert.equal((await cluster.run("scan", "cancel", id)).code, 0);
  });

  it("pause and resume of a scan that has ended say so", async () => {
    const id = await submit(`${site.url}/`);
    assert.equal((await cluster.run("scan", "watch", id)).code, 0);
    assert.deepEqual(await cluster.json("scan", "pause", id), [{ id, paused: false }]);
    const { code, stdout } = await cluster.run("scan", "resume", id);
    assert.deepEqual([code, stdout], [0, `${id} had ended before\n`]);
    assert.equal(await stateOf(id), "done");
  });

  it("results of a scan that still runs: 4, and no counts that it does not have yet", async () => {
    const id = await submitSlow();
    const { code, stderr } = await cluster.run("scan", "results", id);
    assert.equal(code, 4, stderr);
    assert.match(stderr, /the scan is running/);
    assert.match(stderr, /^scan incomplete: \d+ findings$/m);
    assert.equal((await cluster.run("scan", "results", id, "--allow-incomplete", "--fail-on", "critical")).code, 0);
    assert.equal((await cluster.run("scan", "cancel", id)).code, 0);
  });

  it("results that cannot be written are a failure with the place, two formats at once are bad input", async () => {
    const id = await submit(`${site.url}/`);
    assert.equal((await cluster.run("scan", "watch", id)).code, 0);
    const full = await cluster.run("scan", "results", id, "--output", "/dev/full");
    assert.equal(full.code, 1);
    assert.match(full.stderr, /--output \/dev\/full cannot be written: ENOSPC/);
    const two = await cluster.run("scan", "results", id, "--json", "--format", "sarif");
    assert.deepEqual([two.code, two.stdout], [2, ""]);
    assert.match(two.stderr, /--format sarif/);
  });

  it("stop-all ends what has not ended, and says how many that were", async () => {
    await Promise.all([submitSlow(), submitSlow(), submitSlow()]);
    assert.deepEqual(await cluster.json("scan", "stop-all"), [{ cancelled: 3 }]);
    assert.deepEqual(await cluster.json("scan", "list", "--state", "waiting,paused,running"), []);
    assert.equal((await cluster.run("scan", "stop-all")).stdout, "0 scans cancelled\n");
  });

  it("list says when there are more than --limit", async () => {
    const { code, stdout, stderr } = await cluster.run("scan", "list", "--limit", "2");
    assert.equal(code, 0);
    assert.match(stdout, /id.*state.*priority.*target/);
    assert.match(stderr, /there are more: --limit 2/);
    assert.equal((await cluster.json("scan", "list", "--limit", "2")).length, 2);
  });

  it("an unknown id is bad input, and keeps no other from what is asked", async () => {
    const commands = ["show", "watch", "results", "cancel", "pause", "resume"];
    const ends = await Promise.all(commands.map((command) => cluster.run("scan", command, "nosuch")));
    ends.forEach(({ code, stdout, stderr }, at) => {
      assert.equal(code, 2, `${commands[at]}: ${stderr}`);
      assert.equal(stdout, "");
      assert.match(stderr, /nosuch/);
      assert.equal(linesOf(stderr).length, 1, stderr);
    });
    const id = await submitSlow();
    const both = await cluster.run("scan", "cancel", "nosuch", id, "--json");
    assert.equal(both.code, 2);
    assert.deepEqual(JSON.parse(both.stdout), { id, cancelled: true });
  });

  it("what a site says does not reach a terminal as a command", async () => {
    const hostile = await startPlainSite((_request, response) => void response.end("v=\u001b[2J\u009b2J\u202e."));
    const file = writePlainTemplates(join(folder.path, "hostile"), { templates: 0, requests: 0 });
    const template = `id: hostile
info: {name: "n\\e[31m", author: test, severity: low}
http:
  - path: ["{{BaseURL}}/"]
    extractors:
      - {type: regex, regex: ["v=(.*)"], group: 1}
`;
    writeFileSync(join(file, "hostile.yaml"), template);
    const id = await submit(`${hostile.url}/`, file);
    const watched = await cluster.run("scan", "watch", id);
    const shown = await Promise.all([
      ...["table", "jsonl", "sarif", "markdown", "html"].map((format) =>
        cluster.run("scan", "results", id, "--format", format),
      ),
      cluster.run("scan", "run", "--templates", file, "--target", `${hostile.url}/`),
    ]);
    await hostile.close();
    for (const { stdout, stderr } of [watched, ...shown])
      assert.doesNotMatch(`${stdout}${stderr}`.replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u);
    assert.match(shown[1]?.stdout ?? "", /\\u001b\[2J\\u009b2J\\u202e/);
  });
});
