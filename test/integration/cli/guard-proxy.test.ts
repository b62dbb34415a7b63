import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { built } from "../../support/built.ts";
import { CliCluster } from "../../support/cli-cluster.ts";
import type { Running } from "../../support/command-line.ts";
import { FrontEnds, type FrontEndProcess } from "../../support/guard/front-ends.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

interface Printed {
  readonly control: { readonly tokens: readonly { readonly file: string }[] };
}

describe("garrison guard proxy, where no node is the proxy", function () {
  this.timeout(180_000);
  const folder = tempDir("cli-guard-proxy");
  const frontEnds = new FrontEnds();
  const shared = join(folder.path, "shared");
  let cluster: CliCluster;
  let frontEnd: FrontEndProcess;
  let tokenFile = "";

  before(async () => {
    await built();
    cluster = new CliCluster(join(folder.path, "cluster"));
    const made = await cluster.run("token", "create", "--name", "web", "--role", "reporter");
    const { tokens } = (parse(made.stdout) as Printed).control;
    tokenFile = tokens[0]?.file ?? assert.fail(made.stderr);
    const config = join(folder.path, "garrison.yaml");
    writeFileSync(config, stringify({ control: { tokens }, guard: { proxy: false } }));
    await cluster.start("a", "--config", config);
    const rule = { number: 1, name: "visits", subject: "ip", threshold: 10, windowMs: 3_600_000, blockMs: 3_600_000 };
    const rules = join(folder.path, "rule.json");
    writeFileSync(rules, JSON.stringify([rule, { ...rule, number: 2, name: "others" }]));
    const put = await cluster.run("guard", "rules", "put", rules);
    assert.equal(put.code, 0, put.stderr);
    frontEnd = await frontEnds.start(shared);
  });
  after(async () => {
    await frontEnds.close();
    await cluster.close();
    folder.remove();
  });

  const proxy = (...flags: readonly string[]): Running =>
    cluster.command([
      ...["guard", "proxy", "--folder", shared, "--spool", join(folder.path, "spool"), "--log-level", "warn"],
      ...["--token-file", tokenFile, ...flags],
    ]);
  const visit = (rule: number, ip: string): Promise<{ readonly verdict: string }> => frontEnd.decide({ rule, ip });
  const isDenied = (rule: number, ip: string, running: Running): Promise<void> =>
    until(
      async () => (await visit(rule, ip)).verdict === "deny",
      () => running.stderr(),
    );

  it("reports and brings decisions with the token of a reporter, and ends in order", async () => {
    const running = proxy("--log-level", "info");
    await isDenied(1, "192.0.2.7", running);
    await isDenied(2, "192.0.2.8", running);
    assert.equal((await visit(1, "192.0.2.8")).verdict, "allow", "an interception is of its rule");
    running.child.kill("SIGTERM");
    const { code, stderr } = await running.ended;
    assert.equal(code, 0, stderr);
    const counted = stderr.split("\n").find((line) => line.includes("what the proxy counts")) ?? "{}";
    const { reports } = JSON.parse(counted) as { reports?: { accesses: number; dropped: number } };
    assert.ok((reports?.accesses ?? 0) > 10 && reports?.dropped === 0, counted);
    assert.equal((await visit(1, "192.0.2.7")).verdict, "deny", "without a proxy the table holds");
  });

  it("killed, it goes on from its spool; with rules assigned it has no others", async () => {
    const killed = proxy();
    await isDenied(1, "192.0.2.9", killed);
    killed.child.kill("SIGKILL");
    await killed.ended;
    for (let at = 0; at < 20; at += 1) await visit(1, "192.0.2.10");
    const running = proxy("--rules", "1");
    await until(
      async () => (await visit(1, "192.0.2.10")).verdict === "deny",
      () => running.stderr(),
    );
    assert.equal((await visit(2, "192.0.2.8")).verdict, "allow");
    running.child.kill("SIGINT");
    assert.equal((await running.ended).code, 130);
  });

  it("bad input ends with 2 before anything is opened", async () => {
    for (const [flags, problem] of [
      [["--rules", "0"], /whole number from 1 to 65535/],
      [["--spool", "/dev/shm/spool"], /guard\.spoolFolder: .*in memory/],
      [["--token-file", join(folder.path, "none")], /none/],
    ] as const) {
      const { code, stdout, stderr } = await proxy(...flags).ended;
      assert.equal(code, 2, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, problem);
    }
  });
});
