import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { scanSpace, taskQueue } from "../../../src/actors/scan/index.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { openEmbeddedStore } from "../../../src/store/embedded/index.ts";
import { built } from "../../support/built.ts";
import { CliCluster } from "../../support/cli-cluster.ts";
import { linesOf } from "../../support/command-line.ts";
import { writePlainTemplates } from "../../support/scan-templates.ts";
import { startStoreThread } from "../../support/store-thread.ts";
import { tempDir } from "../../support/temp-dir.ts";

const failuresAllowed = 5;

describe("garrison cluster dead-letters and replay", function () {
  this.timeout(60_000);
  const folder = tempDir("dead-letters");
  let cluster: CliCluster;
  let ids: readonly string[];

  /** Takes what waits in the store that the node uses, and fails with it until it is given up. */
  const failAll = async (): Promise<void> => {
    const store = await openEmbeddedStore({
      directory: join(folder.path, "store"),
      clock: systemClock,
      startThread: startStoreThread,
    });
    const space = store.space(scanSpace);
    for (let time = 0; time < failuresAllowed; time += 1) {
      const { claims } = await space.queue.claim({
        ...{ queue: taskQueue, owner: "test", slots: ids.length, leaseMs: 60_000, holding: 0 },
      });
      assert.equal(claims.length, ids.length);
      const error = "cannot go on \u001b[2J";
      await space.commit(
        undefined,
        claims.map((claim) => ({ type: "release", claim, reason: "failed", delayMs: 0, error })),
      );
    }
    await store.close();
  };

  before(async () => {
    await built();
    const config = join(folder.path, "idle.yaml");
    writeFileSync(config, "node: {roles: [probe]}\n");
    cluster = new CliCluster(folder.path);
    await cluster.start("idle", "--config", config, "--store", `lmdb:${join(folder.path, "store")}`);
    const templates = writePlainTemplates(join(folder.path, "templates"), { templates: 1, requests: 1 });
    const targets = [1, 2, 3].flatMap((at) => ["--target", `http://127.0.0.1:9/${at}`]);
    const { code, stdout, stderr } = await cluster.run("scan", "submit", "--templates", templates, ...targets);
    assert.equal(code, 0, stderr);
    ids = linesOf(stdout);
    await failAll();
  });
  after(async () => {
    await cluster.close();
    folder.remove();
  });

  const dead = async (): Promise<ReadonlySet<unknown>> =>
    new Set((await cluster.json("cluster", "dead-letters", "scan/tasks")).map(({ id }) => id));

  it("shows what was given up and why, safe for a terminal", async () => {
    const letters = await cluster.json("cluster", "dead-letters", "scan/tasks");
    assert.deepEqual(new Set(letters.map(({ id }) => id)), new Set(ids));
    for (const letter of letters) {
      assert.deepEqual([letter["limit"], letter["failures"], letter["losses"]], ["failures", failuresAllowed, 0]);
      assert.match(String(letter["body"]), /127\.0\.0\.1:9/);
    }
    const { stdout, stderr } = await cluster.run("cluster", "dead-letters", "scan/tasks", "--limit", "2");
    assert.match(stdout, /cannot go on {2}\[2J/);
    assert.match(stderr, /there are more: --limit 2/);
    assert.equal((await cluster.json("scan", "list", "--state", "dead")).length, ids.length);
  });

  it("replays the named ones, and says which are none", async () => {
    const [first = ""] = ids;
    const { code, stdout, stderr } = await cluster.run("cluster", "replay", "scan/tasks", first, "nosuch");
    assert.equal(code, 2);
    assert.equal(stdout, `${first}\n`);
    assert.match(stderr, /^garrison: nosuch: is no dead letter of scan\/tasks$/m);
    assert.deepEqual(await dead(), new Set(ids.slice(1)));
  });

  it("replays all", async () => {
    const replayed = await cluster.json("cluster", "replay", "scan/tasks", "--all");
    assert.deepEqual(new Set(replayed.map(({ id }) => id)), new Set(ids.slice(1)));
    assert.deepEqual(await dead(), new Set());
    const [tasks] = await cluster.json("cluster", "queues");
    assert.deepEqual([tasks?.["name"], tasks?.["waiting"], tasks?.["dead"]], ["tasks", ids.length, 0]);
  });
});
