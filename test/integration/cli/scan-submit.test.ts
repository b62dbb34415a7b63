import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { CliCluster } from "../../support/cli-cluster.ts";
import { linesOf, type Running } from "../../support/command-line.ts";
import { writePlainTemplates } from "../../support/scan-templates.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

/** Nobody contacts it: what is submitted here waits. */
const site = "http://127.0.0.1:9";

describe("garrison scan submit", function () {
  this.timeout(120_000);
  const folder = tempDir("submit");
  let cluster: CliCluster;
  let templates: string;
  let idle: string;
  let tests = 0;
  /** Targets of one test begin with it. */
  let own: string;

  before(async () => {
    await built();
    templates = writePlainTemplates(join(folder.path, "templates"), { templates: 2, requests: 1 });
    // A node that extracts nothing: what is submitted waits.
    idle = join(folder.path, "idle.yaml");
    writeFileSync(idle, "node: {roles: [probe]}\n");
    cluster = new CliCluster(join(folder.path, "cluster"));
    await cluster.start("idle", "--config", idle);
  });
  beforeEach(() => {
    own = `${site}/test-${(tests += 1)}`;
  });
  after(async () => {
    await cluster.close();
    folder.remove();
  });

  const submit = (...args: readonly string[]): readonly string[] => [
    "scan",
    "submit",
    "--templates",
    templates,
    ...args,
  ];
  const list = (name: string, lines: readonly string[]): string => {
    const file = join(folder.path, name);
    writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
    return file;
  };
  const targets = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `${own}/${at}`);
  /** Ids and targets of this test as the store has them. */
  const stored = async (from: CliCluster = cluster): Promise<ReadonlyMap<string, string>> => {
    const scans = await from.json("scan", "list", "--limit", "100000");
    const all = scans.map((scan) => [String(scan["id"]), (scan["spec"] as { target: string }).target] as const);
    return new Map(all.filter(([, target]) => target.startsWith(own)));
  };
  const printed = (running: Running): readonly string[] => linesOf(running.stdout());

  it("prints the id of the scan, which is stored with everything that was asked for", async () => {
    const { code, stdout, stderr } = await cluster.run(
      ...submit("--target", `${own}/`, "--priority", "7", "--header", "X-Team: blue", "--var", "name=value"),
      ...["--timeout", "3s", "--retries", "2", "--rate-limit", "5", "--exclude-hosts", "a.test,10.0.0.0/8:80,443"],
    );
    assert.equal(code, 0, stderr);
    const [id = "", ...more] = linesOf(stdout);
    assert.deepEqual(more, []);
    const [scan] = await cluster.json("scan", "show", id);
    assert.equal(scan?.["state"], "waiting");
    assert.equal(scan["priority"], 7);
    assert.deepEqual((scan["spec"] as { options: unknown }).options, {
      headers: [{ name: "X-Team", value: "blue" }],
      variables: { name: "value" },
      timeoutMs: 3_000,
      retries: 2,
      rateLimit: 5,
      excludeHosts: ["a.test", "10.0.0.0/8:80,443"],
    });
  });

  it("takes a task a line from a file, prints ids in the order of the lines, and needs the templates no more", async () => {
    const gone = join(folder.path, "gone");
    writePlainTemplates(gone, { templates: 1, requests: 1 });
    const wanted = targets(100);
    const file = list("some.txt", ["# all of them", ...wanted.slice(0, 50), "", ...wanted.slice(50)]);
    const { code, stdout, stderr } = await cluster.run("scan", "submit", "--templates", gone, "-l", file, "--json");
    rmSync(gone, { recursive: true });
    assert.equal(code, 0, stderr);
    const lines = linesOf(stdout).map((line) => JSON.parse(line) as { id: string; target: string; line: number });
    assert.deepEqual(
      lines.map(({ target }) => target),
      wanted,
    );
    assert.deepEqual([lines[0]?.line, lines[49]?.line, lines[50]?.line, lines[99]?.line], [2, 51, 53, 102]);
    assert.deepEqual(await stored(), new Map(lines.map(({ id, target }) => [id, target])));
  });

  it("reads standard input as it comes, without waiting for its end", async () => {
    const running = cluster.command(submit("-l", "-"), { input: "pipe" });
    running.child.stdin?.write(`${own}/first\n`);
    await until(
      () => printed(running).length === 1,
      () => running.stderr(),
      10_000,
    );
    running.child.stdin?.end(`${own}/second\n`);
    const { code, stdout } = await running.ended;
    assert.equal(code, 0);
    assert.deepEqual([...(await stored()).values()].toSorted(), [`${own}/first`, `${own}/second`]);
    assert.equal(linesOf(stdout).length, 2);
  });

  it("stops at a line that is no target, names it, and prints what was acknowledged", async () => {
    const file = list("bad.txt", [...targets(40), "not a target", ...targets(5)]);
    const { code, stdout, stderr } = await cluster.run(...submit("-l", file));
    assert.equal(code, 2, stderr);
    assert.match(stderr, /bad\.txt:41: .*not a target/);
    assert.match(stderr, /^40 scans submitted, the last one of line 40$/m);
    assert.deepEqual(new Set(linesOf(stdout)), new Set((await stored()).keys()));
  });

  it("stops at a target that the cluster refuses, with its line, and exit code 2", async () => {
    const file = list("outside.txt", [...targets(3), "http://127.0.0.2/", ...targets(2_000)]);
    const { code, stdout, stderr } = await cluster.run(...submit("-l", file));
    assert.equal(code, 2, stderr);
    assert.match(stderr, /http:\/\/127\.0\.0\.2\/ \(line 4\) was not submitted: .*scope/);
    const ids = linesOf(stdout);
    assert.ok(ids.length < 100, `${ids.length} scans were submitted after the refusal`);
    assert.deepEqual(new Set(ids), new Set((await stored()).keys()));
  });

  it("at Ctrl-C prints what was acknowledged, loses none of it, and says to which line it came", async () => {
    const running = cluster.command(submit("-l", list("many.txt", targets(20_000))));
    await until(
      () => printed(running).length >= 100,
      () => running.stderr(),
      20_000,
    );
    running.child.kill("SIGINT");
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 130, stderr);
    const ids = linesOf(stdout);
    assert.ok(ids.length < 20_000);
    assert.match(stderr, new RegExp(`^${ids.length} scans submitted, the last one of line ${ids.length}$`, "m"));
    const kept = await stored();
    assert.deepEqual(new Set(kept.keys()), new Set(ids));
    assert.deepEqual(
      ids.map((id) => kept.get(id)),
      targets(ids.length),
    );
  });

  it("at Ctrl-C while it waits for standard input ends at once", async () => {
    const running = cluster.command(submit("-l", "-"), { input: "pipe" });
    running.child.stdin?.write(`${own}/\n`);
    await until(
      () => printed(running).length === 1,
      () => running.stderr(),
      10_000,
    );
    running.child.kill("SIGINT");
    assert.equal((await running.ended).code, 130);
    assert.equal((await stored()).size, 1);
  });

  it("goes on when its node is killed and comes back: nothing is lost, nothing is there twice", async () => {
    const fragile = new CliCluster(join(folder.path, "fragile"));
    try {
      const first = await fragile.start("idle", "--config", idle);
      const wanted = targets(800);
      const running = fragile.command(submit("-l", list("across.txt", wanted)));
      await until(
        () => printed(running).length >= 100,
        () => running.stderr(),
        20_000,
      );
      await first.end("SIGKILL");
      const before = printed(running).length;
      assert.ok(before < wanted.length, "everything was submitted before the kill");
      await fragile.start("idle", "--config", idle, "--grpc", fragile.address);
      const { code, stdout, stderr } = await running.ended;
      assert.equal(code, 0, stderr);
      assert.match(stderr, /; trying again$/m);
      const ids = linesOf(stdout);
      const kept = await stored(fragile);
      assert.deepEqual(
        ids.map((id) => kept.get(id)),
        wanted,
      );
      assert.equal(kept.size, wanted.length);
    } finally {
      await fragile.close();
    }
  });

  it("refuses before anything is sent: no target, no template, unknown values, two readers of standard input", async () => {
    mkdirSync(join(folder.path, "empty"), { recursive: true });
    const target = ["--target", `${own}/`];
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [submit(), /no target: give --target URL or -l FILE/],
      [submit("-l", "-", "-l", "-"), /-l - is given twice/],
      [submit("-l", join(folder.path, "nowhere")), /nowhere/],
      [submit("-l", list("none.txt", ["# none", ""])), /the lists are empty/],
      [["scan", "submit", "--templates", join(folder.path, "empty"), ...target], /no template can be run/],
      [submit(...target, "--tags", "none-has-it"), /none of 2 is selected/],
      [submit(...target, "--severity", "hihg"), /Use some of info, low/],
      [submit(...target, "--priority", "256"), /whole number from 0 to 255/],
      [submit(...target, "--header", "no colon"), /Use "Name: value"/],
      [submit(...target, "--header", "Content-Length: 5"), /Content-Length/],
      [submit(...target, "--var", "1=x"), /letter/],
      [submit(...target, "--proxy", "socks5://127.0.0.1:1"), /proxy/],
      [submit(...target, "--exclude-hosts", "http://x/"), /no port or range/],
    ];
    const ends = await Promise.all(cases.map(([args]) => cluster.run(...args)));
    ends.forEach(({ code, stdout, stderr }, at) => {
      assert.equal(code, 2, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, cases[at]?.[1] ?? /never/);
    });
    assert.equal((await stored()).size, 0);
  });
});
