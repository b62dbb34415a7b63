import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { groupLives, linesOf, startCommand } from "../../support/command-line.ts";
import { RedisServer } from "../../support/redis-server.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

/** It scans twice, answers events, judges samples and counts accesses, and this machine may be busy. */
const longestMs = 400_000;

/** What stands beside the first cell of a row. */
const cellsOf = (table: string, first: string): readonly string[] => {
  const line = linesOf(table).find((each) => each.startsWith(`│ ${first} `));
  assert.ok(line, `no row ${first} in ${table}`);
  return line
    .split("│")
    .slice(2, -1)
    .map((cell) => cell.trim());
};

describe("npm run demo", function () {
  this.timeout(longestMs + 20_000);
  before(built);

  it("kills a node, and twice the Redis server, a node again among bad playbooks, a detector at work, and a front end with a node; loses nothing, counts nothing twice, and cleans up", async () => {
    const tmp = tempDir("demo");
    const home = join(tmp.path, "home");
    mkdirSync(home);
    const args = ["--seed", "3", "--store", "redis", "--store-restarts", "2"];
    const running = startCommand(args, {
      entry: "bin/demo/main.js",
      tmp: tmp.path,
      environment: { XDG_STATE_HOME: home },
      longestMs,
    });
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 0, stderr);
    assert.equal(stderr.match(/^detector yara-1 is killed/gm)?.length, 1, stderr);
    assert.equal(stderr.match(/^node-\d is killed/gm)?.length, 3, stderr);
    assert.equal(stderr.match(/^front end \d is killed/gm)?.length, 1, stderr);
    assert.equal(stderr.match(/^redis-server is killed/gm)?.length, 2, stderr);
    const lines = linesOf(stdout).slice(-4);
    const ledgers = lines.map((line) => JSON.parse(line.replace(/^ledger /, "")) as Record<string, unknown>);
    assert.deepEqual(
      ledgers.map(({ system }) => system),
      ["scan", "respond", "detect", "guard"],
    );
    const guard = ledgers[3] ?? assert.fail();
    for (const ledger of ledgers) {
      const keys = ["system", "planned", "done", "doneTwice", "lost", "restarts", "takeoverMs"];
      assert.deepEqual(Object.keys(ledger), ledger === guard ? [...keys, "mayLose", "blocked", "falseBlocks"] : keys);
      assert.deepEqual([ledger["lost"], ledger["doneTwice"]], [0, 0]);
      assert.ok(Number(ledger["planned"]) > 0);
      const missing = Number(ledger["planned"]) - Number(ledger["done"]);
      assert.ok(missing >= 0 && missing <= Number(ledger["mayLose"] ?? 0), JSON.stringify(ledger));
      assert.equal(ledger["restarts"], ledger === guard ? 2 : 1);
    }
    assert.deepEqual([guard["blocked"], guard["falseBlocks"]], [32, 0]);
    for (const reason of ["crashed", "stalled", "memory"]) assert.match(stdout, new RegExp(`\\d failed: ${reason} `));
    const row = (group: string): readonly string[] => cellsOf(stdout, group);
    assert.deepEqual(row("EICAR, packed and not"), ["5", "5 black", "5 yara", "0", ""]);
    assert.deepEqual(row("on a list of digests"), ["3", "3 black", "3 digest", "0", ""]);
    assert.deepEqual(row("names that hide what they are"), ["3", "3 suspected-black", "3 structure", "0", ""]);
    assert.deepEqual(row("near misses of the families").slice(1), ["27 suspected-white", "", "0", ""]);
    assert.deepEqual(row("found, and one engine fails"), ["3", "3 black", "3 yara", "3", "3 fragile"]);
    assert.deepEqual(row("clean, and one engine fails"), ["3", "3 grey", "", "3", "3 fragile"]);
    for (const group of ["one access at each front end above the limit", "at the limit, then one above it"]) {
      const [number, , , , blocked, falsely] = row(group);
      assert.deepEqual([number, blocked, falsely], ["16", "16", "0"]);
    }
    const [number, served, denied, unanswered, ...blocked] = row("harmless").map(Number);
    assert.deepEqual([number, (served ?? 0) + (unanswered ?? 0), denied, ...blocked], [16, 160, 0, 0, 0]);
    assert.match(stderr, /^127\.0\.9\.1 exceeded 16 accesses by 9 \+ 8 at two front ends/m);
    assert.match(stdout, /^│ Failed logins: (\S+) +│ account \1: blocked +│ [^│]*\d high/m);
    assert.equal(groupLives(running), false);
    assert.deepEqual(readdirSync(home), [], "nothing is kept where the user keeps state");
    assert.deepEqual(readdirSync(tmp.path), ["home"]);
    tmp.remove();
  });

  it("ends at Ctrl-C with all of its nodes and front ends, and leaves nothing behind, nor on a Redis server that is others' too", async () => {
    const tmp = tempDir("demo");
    const server = await RedisServer.start();
    await server.command("SET", "theirs", "1");
    const args = ["--store", server.url];
    const running = startCommand(args, { entry: "bin/demo/main.js", tmp: tmp.path, longestMs });
    await until(
      () => /^node-\d is killed/m.test(running.stderr()),
      () => running.stderr(),
      120_000,
    );
    assert.notEqual(await server.command("DBSIZE"), 1, "it has a place on the server");
    // A terminal sends it to the whole group.
    process.kill(-(running.child.pid ?? Number.NaN), "SIGINT");
    const { code, stderr } = await running.ended;
    assert.equal(code, 130, stderr);
    await until(
      () => !groupLives(running),
      () => stderr,
    );
    assert.deepEqual(readdirSync(tmp.path), []);
    assert.deepEqual(await server.command("KEYS", "*"), ["theirs"]);
    await server.stop();
    tmp.remove();
  });

  it("refuses what it does not know with one line and exit code 2", async () => {
    const refused = [
      ["--bogus"],
      ["--seed", "x"],
      ["--store", "memory:"],
      ["--store", "redis://user:password@127.0.0.1"],
      ["--store", "redis://elsewhere.test"],
      ["--store", "redis://127.0.0.1:6379", "--store-restarts", "1"],
      ["--store", "redis", "--store-restarts", "6"],
    ];
    const refusal = async (args: readonly string[]): Promise<void> => {
      const { code, stderr } = await startCommand(args, { entry: "bin/demo/main.js" }).ended;
      assert.equal(code, 2, stderr);
      assert.equal(linesOf(stderr).length, 1, stderr);
    };
    await Promise.all(refused.map(refusal));
  });
});
