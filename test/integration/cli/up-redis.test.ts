import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { RedisServer } from "../../support/redis-server.ts";
import { freePorts, Service } from "../../support/service.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

/** As docs/operations.md has it. */
const user =
  "garrison on >right-password ~{garrison:* &{garrison:* " +
  "+fcall +function|load +get +set +time +ping +publish +subscribe +unsubscribe " +
  "+hget +hmget +hset +hincrby +hdel +zadd +zrem +zcard +zscore +zrange +zrangebylex +zrangebyscore " +
  "+info +config|get";

/** Nodes get 15 s to end in order, and the machine may be busy. */
const endMs = 22_000;

describe("garrison up on Redis", function () {
  this.timeout(120_000);
  const folder = tempDir("up-redis");
  let redis: RedisServer;
  let up: Service;

  before(async () => {
    await built();
    redis = await RedisServer.start({ appendfsync: "always", users: [user, "default off"] });
    const passwordFile = join(folder.path, "password");
    writeFileSync(passwordFile, "right-password\n", { mode: 0o600 });
    const config = join(folder.path, "config.yaml");
    writeFileSync(config, `store: { url: "${redis.url}", username: garrison, passwordFile: ${passwordFile} }\n`);
    up = new Service(join(folder.path, "state"), ["up", "--nodes", "2", "--config", config, ...freePorts]);
  });
  after(async () => {
    redis.thaw();
    await up.end("SIGKILL");
    await redis.stop();
    folder.remove();
  });

  it("starts a node again that was declared dead while it was frozen", async () => {
    const { nodes = [] } = await up.event("ready");
    const [frozen, other] = nodes;
    assert.ok(frozen && other);
    const members = (): Promise<readonly string[]> => up.members(other.address);
    process.kill(frozen.pid, "SIGSTOP");
    await until(
      async () => (await members()).includes("node-1 dead"),
      () => up.running.stderr(),
      12_000,
    );
    process.kill(frozen.pid, "SIGCONT");
    const exited = await up.event("exited");
    assert.deepEqual([exited.id, exited.code], ["node-1", 75]);
    assert.equal((await up.event("restarted")).id, "node-1");
    assert.deepEqual(await members(), ["node-1 up", "node-2 up"]);
  });

  it("ends within its deadline although the server hangs", async () => {
    redis.freeze();
    const began = performance.now();
    const { code, stderr } = await up.end("SIGTERM");
    assert.equal(code, 0, stderr);
    assert.ok(performance.now() - began < endMs, `took ${performance.now() - began} ms`);
  });
});
