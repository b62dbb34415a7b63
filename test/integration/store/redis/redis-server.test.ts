import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { lives } from "../../../support/service.ts";
import { localKeyPair } from "../../../support/certificate.ts";
import { RedisServer } from "../../../support/redis-server.ts";
import { until } from "../../../support/until.ts";

/** The state letter of a process, as Linux tells it: `T` is stopped. */
const processState = (pid: number): string | undefined =>
  /^\d+ \(.*\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];

describe("a redis-server of the tests", () => {
  let server: RedisServer | undefined;

  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  it("keeps what it acknowledged over a kill, where it has a file for it, on the same port", async () => {
    server = await RedisServer.start({ appendfsync: "always" });
    const { pid, port } = server;
    assert.equal(await server.command("SET", "key", "value"), "OK");
    await server.kill();
    assert.equal(lives(pid), false);
    await assert.rejects(server.command("PING"));
    await server.restart();
    assert.equal(server.port, port);
    assert.notEqual(server.pid, pid);
    assert.equal(await server.command("GET", "key"), "value");
  });

  it("forgets everything over a kill where it has none", async () => {
    server = await RedisServer.start();
    await server.command("SET", "key", "value");
    await server.restart();
    assert.equal(await server.command("GET", "key"), null);
  });

  it("answers nothing while it is frozen, and after that what it was asked", async () => {
    const frozen = (server = await RedisServer.start());
    frozen.freeze();
    let answer: unknown;
    const asked = frozen.command("PING").then((reply) => (answer = reply));
    // It is stopped once the kernel says so; nothing that it could send would be late by then.
    await until(
      () => processState(frozen.pid) === "T",
      () => processState(frozen.pid),
    );
    assert.equal(answer, undefined);
    frozen.thaw();
    assert.equal(await asked, "PONG");
  });

  it("takes settings, users and TLS", async () => {
    server = await RedisServer.start({
      args: ["--maxmemory", "64mb"],
      users: ["default off", "someone on >secret +ping"],
      tls: localKeyPair(),
    });
    assert.match(server.url, /^rediss:/);
    assert.deepEqual(await server.command("CONFIG", "GET", "maxmemory"), ["maxmemory", "67108864"]);
    const users = await server.command("ACL", "USERS");
    assert.ok(Array.isArray(users) && users.includes("someone"), String(users));
  });

  it("says why it does not start, and leaves nothing", async () => {
    await assert.rejects(RedisServer.start({ args: ["--no-such-setting", "1"] }), /no-such-setting/);
  });
});
