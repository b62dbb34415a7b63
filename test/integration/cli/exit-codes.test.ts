import assert from "node:assert/strict";
import { createServer } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { runCommand } from "../../support/command-line.ts";
import { type PlainSite, startPlainSite } from "../../support/plain-site.ts";
import { findingsOf, summaryOf } from "../../support/scan-lines.ts";
import { writePlainTemplates } from "../../support/scan-templates.ts";
import { tempDir } from "../../support/temp-dir.ts";

/** A port of the loopback address on which nothing listens. */
const closedPort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });

describe("garrison scan run: exit codes", function () {
  this.timeout(60_000);
  const folder = tempDir("exit-codes");
  let site: PlainSite;
  let templates: string;
  let dead: string;

  before(async () => {
    await built();
    site = await startPlainSite();
    templates = writePlainTemplates(join(folder.path, "templates"), { templates: 4, requests: 2 });
    dead = `http://127.0.0.1:${await closedPort()}/`;
  });
  after(async () => {
    await site.close();
    folder.remove();
  });

  const scan = (targets: readonly string[], ...flags: readonly string[]): ReturnType<typeof runCommand> =>
    runCommand([
      ...["scan", "run", "--templates", templates, "--json"],
      ...targets.flatMap((target) => ["--target", target]),
      ...flags,
    ]);

  it("0 when everything was looked at", async () => {
    const { code, stderr } = await scan([site.url]);
    assert.equal(code, 0, stderr);
  });

  it("3 when there is a finding of the severity, or a higher one; 0 when there are only lower ones", async () => {
    const runs = ["low", "info", "medium"].map((severity) => scan([site.url], "--fail-on", severity));
    assert.deepEqual(
      (await Promise.all(runs)).map(({ code }) => code),
      [3, 3, 0],
    );
  });

  it("4 for a target that does not answer, which is named with what was not asked", async () => {
    const { code, stdout, stderr } = await scan([dead]);
    assert.equal(code, 4);
    assert.equal(stdout, "");
    const summary = summaryOf(stderr);
    assert.equal(summary.complete, false);
    assert.equal(summary.requests.planned, 8);
    assert.equal(summary.requests.failed + summary.requests.skipped, 8);
    assert.match(summary.gaps.join("\n"), /^http:\/\/127\.0\.0\.1:\d+\/: unreachable/m);
  });

  it("0 for the same with --allow-incomplete", async () => {
    const { code, stderr } = await scan([dead], "--allow-incomplete");
    assert.equal(code, 0);
    assert.equal(summaryOf(stderr).complete, false);
  });

  it("3 wins over 4, and the target that answers is scanned all the same", async () => {
    const targets = [dead, site.url];
    const [both, threshold] = await Promise.all([scan(targets), scan(targets, "--fail-on", "low")]);
    assert.equal(both.code, 4);
    assert.equal(findingsOf(both.stdout).length, 8);
    assert.equal(threshold.code, 3);
  });

  it("refused templates alone change nothing; with --strict they make it 4", async () => {
    const refused = "id: refused\ninfo: {name: refused, author: test, severity: low}\ncode:\n  - engine: [sh]\n";
    const file = join(folder.path, "refused.yaml");
    writeFileSync(file, refused);
    const calm = await scan([site.url], "--templates", file);
    assert.equal(calm.code, 0);
    assert.match(calm.stderr, /refused\.yaml:3: refused: code/);
    assert.match(calm.stderr, /^1 templates are not run; 4 are$/m);
    const strict = await Promise.all([
      scan([site.url], "--templates", file, "--strict"),
      scan([site.url], "--templates", file, "--strict", "--fail-on", "low"),
      scan([site.url], "--strict"),
    ]);
    assert.deepEqual(
      strict.map(({ code }) => code),
      [4, 3, 0],
    );
  });
});
