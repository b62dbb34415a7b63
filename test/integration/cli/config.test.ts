import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { linesOf, runCommand } from "../../support/command-line.ts";
import { tempDir } from "../../support/temp-dir.ts";

describe("garrison config, and commands with a bad one", function () {
  this.timeout(60_000);
  const folder = tempDir("cli-config");
  const environment = { XDG_STATE_HOME: folder.path };
  const bad = join(folder.path, "bad.yaml");

  before(async () => {
    await built();
    writeFileSync(
      bad,
      "node:\n  id: Bad\nlisten:\n  grpc: 0.0.0.0:7443\nscan:\n  scope:\n    - 127.0.0.1\n    - http://a/b c\n  probes: 0\n",
    );
  });
  after(() => folder.remove());

  it("print shows every key with its value and where it came from", async () => {
    const file = join(folder.path, "good.yaml");
    writeFileSync(file, "node: {id: a}\nscan:\n  leaseMs: 5000\n");
    const more = { ...environment, GARRISON_SCAN__PROBES: "3" };
    const ended = await runCommand(["config", "print", "--json", "--config", file], { environment: more });
    assert.equal(ended.code, 0, ended.stderr);
    const printed = JSON.parse(ended.stdout) as Record<string, { value: unknown; source: string }>;
    assert.deepEqual(printed["scan.leaseMs"], { value: 5_000, source: `${file}:3` });
    assert.deepEqual(printed["scan.probes"], { value: 3, source: "env GARRISON_SCAN__PROBES" });
    assert.deepEqual(printed["scan.rateLimitPerTarget"], { value: null, source: "default" });
    assert.deepEqual(printed["store.url"], { value: `lmdb:${folder.path}/garrison/store`, source: "default" });
    const text = await runCommand(["config", "print", "--config", file], { environment: more });
    assert.equal(text.code, 0);
    assert.equal(linesOf(text.stdout).length, Object.keys(printed).length);
    assert.match(text.stdout, /^scan\.probes: 3 +# env GARRISON_SCAN__PROBES$/m);
  });

  it("check says that all is well, or lists every problem with its place and exits with 2", async () => {
    const good = await runCommand(["config", "check", "--json"], { environment });
    assert.equal(good.code, 0, good.stderr);
    assert.deepEqual(JSON.parse(good.stdout), { valid: true, problems: [] });
    const found = await runCommand(["config", "check", "--json", "--config", bad], { environment });
    assert.equal(found.code, 2);
    const { valid, problems } = JSON.parse(found.stdout) as {
      valid: boolean;
      problems: { path: string; source: string }[];
    };
    assert.equal(valid, false);
    assert.deepEqual(problems.map(({ path, source }) => `${source} ${path}`).toSorted(), [
      `${bad}:2 node.id`,
      `${bad}:4 listen.grpc`,
      `${bad}:8 scan.scope[1]`,
      `${bad}:9 scan.probes`,
    ]);
  });

  for (const command of [["config", "check"], ["config", "print"], ["node"], ["up"]]) {
    it(`${command.join(" ")} lists every problem on standard error and exits with 2`, async () => {
      const { code, stdout, stderr } = await runCommand([...command, "--config", bad], { environment });
      assert.equal(code, 2, stderr);
      assert.equal(stdout, "");
      for (const line of [2, 4, 8, 9]) assert.ok(stderr.includes(`${bad}:${line}: `), stderr);
      assert.match(stderr, /reachable from other machines, which needs mutual TLS/);
    });
  }

  it("refuses flags and files that cannot be used", async () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [["node", "--grpc", "0.0.0.0:0"], /flag: listen\.grpc: .*reachable from other machines/],
      [["up", "--http", "10.0.0.1:0"], /flag: listen\.http: .*reachable from other machines/],
      [["node", "--store", "redis://10.0.0.1"], /flag: store\.url: .*store\.allowPlaintext/],
      [["up", "--nodes", "0"], /whole number from 1/],
      [["up", "--store", "memory:"], /memory: is the store of one process/],
      [["up", "--nodes", "50"], /whole number from 1/],
      [["node", "--config", join(folder.path, "missing.yaml")], /missing\.yaml: cannot be read/],
      [["node", "--log-level", "loud"], /flag: log\.level/],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await runCommand(args, { environment });
      assert.equal(code, 2, `${args.join(" ")}: ${stderr}`);
      assert.match(stderr, message);
    }
  });
});
