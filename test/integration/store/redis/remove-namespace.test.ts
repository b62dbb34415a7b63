import assert from "node:assert/strict";
import { systemClock } from "../../../../src/base/clock.ts";
import { removeNamespace } from "../../../../src/store/redis/remove-namespace.ts";
import { RedisServer } from "../../../support/redis-server.ts";
import { rejects } from "../../../support/rejects.ts";

describe("removing a namespace from a Redis server", function () {
  this.timeout(60_000);
  let server: RedisServer;
  before(async () => (server = await RedisServer.start({ users: ["writer on >secret ~* &* +@all -scan"] })));
  after(() => server.stop());

  const options = (namespace: string) => ({ url: server.url, namespace, clock: systemClock });
  const keys = async (): Promise<readonly unknown[]> => {
    const reply = await server.command("KEYS", "*");
    assert.ok(Array.isArray(reply));
    return reply.toSorted() as unknown[];
  };

  it("takes all of its keys, however many, and no other", async () => {
    const others = [
      "a",
      "demo-10",
      "{demo-10:scan}",
      "{demo:1}",
      "{demo-1",
      "x{demo-1:scan}",
      "{demo.1:scan}",
      "{demo-1}:theirs",
    ];
    for (const key of others) await server.command("SET", key, "theirs");
    await server.command("SET", "{demo-1:}:schema", "1");
    const filler = Array.from({ length: 5_000 }, (_, index) => [`{demo-1:scan}:item:${index}`, "x"]).flat();
    await server.command("MSET", ...filler);
    await server.command("ZADD", "{demo-1:cluster}:leases", "1", "node");
    assert.equal(await removeNamespace(options("demo-1")), 5_002);
    assert.deepEqual(await keys(), others.toSorted());
    assert.equal(await removeNamespace(options("demo-1")), 0);
  });

  it("takes no name that could stand for others", async () => {
    await server.command("SET", "{other:scan}", "theirs");
    for (const namespace of ["*", "o*", "[o]ther", "oth?r", ""])
      await rejects(removeNamespace(options(namespace)), "invalid");
    assert.equal(await server.command("GET", "{other:scan}"), "theirs");
  });

  it("says what is in the way: a right that is missing, a server that hangs, none at all", async () => {
    const guest = { ...options("demo-1"), username: "writer", password: "secret" };
    await rejects(removeNamespace(guest), "denied");
    server.freeze();
    try {
      await rejects(removeNamespace({ ...options("demo-1"), timeoutMs: 300 }), "deadline");
    } finally {
      server.thaw();
    }
    await server.kill();
    await rejects(removeNamespace(options("demo-1")), "unavailable");
  });
});
