import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { built } from "../../support/built.ts";
import { groupLives, linesOf, startCommand } from "../../support/command-line.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

/** It scans twice, and this machine may be busy. */
const longestMs = 200_000;

describe("npm run demo", function () {
  this.timeout(longestMs + 20_000);
  before(built);

  it("kills a node, loses nothing, counts nothing twice, and cleans up", async () => {
    const tmp = tempDir("demo");
    const running = startCommand(["--seed", "3"], { entry: "bin/demo/main.js", tmp: tmp.path, longestMs });
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 0, stderr);
    const line = linesOf(stdout).at(-1) ?? "";
    assert.match(line, /^ledger \{/);
    const ledger = JSON.parse(line.slice("ledger ".length)) as Record<string, unknown>;
    const keys = ["system", "planned", "done", "doneTwice", "lost", "restarts", "takeoverMs"];
    assert.deepEqual(Object.keys(ledger), keys);
    assert.equal(ledger["system"], "scan");
    assert.equal(ledger["lost"], 0);
    assert.equal(ledger["doneTwice"], 0);
    assert.equal(ledger["done"], ledger["planned"]);
    assert.ok(Number(ledger["restarts"]) > 0);
    assert.equal(groupLives(running), false);
    assert.deepEqual(readdirSync(tmp.path), []);
    tmp.remove();
  });

  it("ends at Ctrl-C with all of its nodes, and leaves nothing behind", async () => {
    const tmp = tempDir("demo");
    const running = startCommand([], { entry: "bin/demo/main.js", tmp: tmp.path, longestMs });
    await until(
      () => running.stderr().includes("three nodes scan"),
      () => running.stderr(),
      20_000,
    );
    // A terminal sends it to the whole group.
    process.kill(-(running.child.pid ?? Number.NaN), "SIGINT");
    const { code, stderr } = await running.ended;
    assert.equal(code, 130, stderr);
    await until(
      () => !groupLives(running),
      () => stderr,
    );
    assert.deepEqual(readdirSync(tmp.path), []);
    tmp.remove();
  });

  it("refuses what it does not know with one line and exit code 2", async () => {
    for (const args of [["--bogus"], ["--seed", "x"], ["--store", "redis://x"]]) {
      const { code, stderr } = await startCommand(args, { entry: "bin/demo/main.js" }).ended;
      assert.equal(code, 2, stderr);
      assert.equal(linesOf(stderr).length, 1, stderr);
    }
  });
});
