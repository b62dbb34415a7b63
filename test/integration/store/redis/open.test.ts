import assert from "node:assert/strict";
import { createServer, type Socket } from "node:net";
import { once } from "node:events";
import { inspect } from "node:util";
import { systemClock } from "../../../../src/base/clock.ts";
import { StoreError } from "../../../../src/store/index.ts";
import { openRedisStore, type RedisStoreOptions } from "../../../../src/store/redis/index.ts";
import { localKeyPair, selfSigned } from "../../../support/certificate.ts";
import { freePort } from "../../../support/free-port.ts";
import type { RedisServerOptions } from "../../../support/redis-server.ts";
import { RedisBench } from "./redis-bench.ts";

/** All that a user needs; docs/operations.md lists the same. */
const least =
  "~{garrison:* &{garrison:* +fcall +function|load +get +set +time +ping +publish +subscribe +unsubscribe " +
  "+hget +hmget +hset +hincrby +hdel +zadd +zrem +zcard +zscore +zrange +zrangebylex +zrangebyscore";

describe("opening a store on Redis", () => {
  let bench: RedisBench | undefined;

  const start = async (options?: RedisServerOptions): Promise<RedisBench> => (bench = await RedisBench.start(options));

  const refusal = async (open: Promise<unknown>): Promise<StoreError> => {
    const error: unknown = await open.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof StoreError, String(error));
    return error;
  };

  const openElsewhere = (url: string, more: Partial<RedisStoreOptions> = {}): Promise<unknown> =>
    openRedisStore({ url, clock: systemClock, callTimeoutMs: 5_000, ...more });

  afterEach(async () => {
    await bench?.end();
    bench = undefined;
  });

  it("fails at once where nothing listens, and says where", async () => {
    const port = await freePort();
    const error = await refusal(openElsewhere(`redis://127.0.0.1:${port}`));
    assert.equal(error.code, "unavailable");
    assert.equal(error.retryable, true);
    assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port}: nothing listens there`));
  });

  it("fails within its deadline where a server takes connections and says nothing", async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    const begunMs = performance.now();
    const error = await refusal(openElsewhere(`redis://127.0.0.1:${address.port}`, { callTimeoutMs: 300 }));
    assert.equal(error.code, "unavailable");
    assert.match(error.message, /within 300 ms/);
    assert.ok(performance.now() - begunMs < 3_000);
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it("fails on a frozen server within its deadline, and opens when that goes on", async () => {
    const { server } = await start();
    server.freeze();
    const error = await refusal(openElsewhere(server.url, { callTimeoutMs: 300 }));
    assert.equal(error.code, "unavailable");
    server.thaw();
    await bench?.open();
  });

  it("says what is wrong with a server that does not know HELLO, and never the password, which it repeats", async () => {
    const { server } = await start({
      args: ["--rename-command", "HELLO", ""],
      users: ["garrison on >s3cret ~* &* +@all"],
    });
    const error = await refusal(openElsewhere(server.url, { username: "garrison", password: "s3cret" }));
    assert.equal(error.code, "unsupported-server");
    assert.match(error.message, /does not know HELLO/);
    assert.doesNotMatch(inspect(error), /s3cret/);
  });

  it("leaves no connection behind when it fails", async () => {
    const { server } = await start({ args: ["--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru"] });
    const error = await refusal(openElsewhere(server.url));
    assert.equal(error.code, "unsupported-server");
    assert.match(error.message, /allkeys-lru\): set it to noeviction/);
    assert.deepEqual(await bench?.connections(), []);
  });

  it("takes a server with a limit that evicts nothing", async () => {
    const { log } = await start({ args: ["--maxmemory", "50mb"], appendfsync: "everysec" });
    await bench?.open();
    assert.deepEqual(
      log.lines.map(({ msg }) => msg),
      [],
    );
  });

  it("warns where a crash would lose what was acknowledged", async () => {
    const without = await start();
    await without.open();
    assert.match(without.log.lines[0]?.msg ?? "", /no append-only file/);
    await without.end();
    const unsynced = await start({ appendfsync: "everysec", args: ["--appendfsync", "no"] });
    await unsynced.open();
    assert.match(unsynced.log.lines[0]?.msg ?? "", /set appendfsync everysec or always/);
  });

  it("refuses a store of a later version, and a key that is none of its own", async () => {
    const { server } = await start();
    await server.command("SET", "{garrison:}:schema", "2");
    const newer = await refusal(openElsewhere(server.url));
    assert.equal(newer.code, "newer-schema");
    assert.match(newer.message, /schema 2; this one reads 1/);
    await server.command("SET", "{garrison:}:schema", "x");
    assert.equal((await refusal(openElsewhere(server.url))).code, "corrupt");
  });

  it("keeps namespaces and databases apart", async () => {
    const { server } = await start();
    const [here, there, other] = await Promise.all([
      bench?.open({ namespace: "here" }),
      bench?.open({ namespace: "there" }),
      bench?.open({ namespace: "here", url: `${server.url}/3` }),
    ]);
    await here?.space("s").commit(undefined, [{ type: "put", key: "k", value: 1 }]);
    assert.equal((await here?.space("s").records.get("k"))?.value, 1);
    assert.equal(await there?.space("s").records.get("k"), undefined);
    assert.equal(await other?.space("s").records.get("k"), undefined);
    const keys = await server.command("KEYS", "*");
    assert.ok(Array.isArray(keys) && keys.every((key) => /^\{(here|there):/.test(String(key))), String(keys));
    assert.equal((await refusal(openElsewhere(server.url, { namespace: "a{b" }))).code, "invalid");
    assert.equal((await refusal(openElsewhere(`${server.url}/9999`))).code, "denied");
  });

  it("says what to do when the password is missing, wrong, or of nobody", async () => {
    const { server } = await start({ users: ["default off", `garrison on >right ${least}`] });
    const missing = await refusal(openElsewhere(server.url));
    assert.equal(missing.code, "denied");
    assert.match(missing.message, /store\.passwordFile/);
    for (const more of [
      { password: "wrong" },
      { username: "garrison", password: "wrong" },
      { username: "x", password: "right" },
    ]) {
      const error = await refusal(openElsewhere(server.url, more));
      assert.equal(error.code, "denied");
      assert.match(error.message, /store\.username and the file of store\.passwordFile/);
    }
  });

  it("works for a user with the least rights, and says which checks it left out", async () => {
    const { log } = await start({ users: ["default off", `garrison on >right ${least}`], appendfsync: "everysec" });
    const store = await bench?.open({ username: "garrison", password: "right" });
    assert.equal(log.lines.length, 1);
    assert.equal(log.lines[0]?.["command"], "INFO");
    const space = store?.space("least");
    await space?.queue.add("q", [
      { id: "a", body: 1, group: "g" },
      { id: "b", body: 2, delayMs: 60_000 },
    ]);
    const [claim] =
      (await space?.queue.claim({ queue: "q", owner: "o", slots: 1, leaseMs: 9_000, holding: 0 }))?.claims ?? [];
    assert.ok(claim !== undefined && space !== undefined);
    await space.commit({ type: "claim", claim }, [
      { type: "put", key: "k", value: 1, expiresInMs: 60_000 },
      { type: "finish", claim, outcome: "done", result: 1 },
    ]);
    await space.groups.cancel("g");
    await space.queue.cancel("q", ["b"]);
    assert.equal((await space.queue.counts("q")).done, 1);
    assert.equal((await space.records.list("")).rows.length, 1);
    assert.equal((await space.queue.deadLetters("q")).rows.length, 0);
    const lease = await space.leases.acquire("l", "o", 5_000);
    assert.ok(lease !== undefined && (await space.leases.release(lease)));
    assert.equal((await space.limits.reserve("l", { n: 1, perSecond: 5 })).granted, true);
    assert.ok((await space.changed(0, 1_000)) > 0);
  });

  it("says that a right is missing, in a function and outside", async () => {
    const { server } = await start({
      users: [
        `few on >right ${least} -hset`,
        `unloaded on >right ${least.replace("+function|load", "")}`,
        `fewer on >right ${least.replace("+get", "")}`,
      ],
    });
    const unloaded = await bench?.open({ username: "unloaded", password: "right" });
    const first = await refusal(unloaded?.space("s").queue.counts("q") ?? Promise.resolve());
    assert.equal(first.code, "denied");
    assert.match(first.message, /docs\/operations\.md.*function\|load/);
    const store = await bench?.open({ username: "few", password: "right" });
    const inFunction = await refusal(store?.space("s").queue.add("q", [{ id: "a", body: 1 }]) ?? Promise.resolve());
    assert.equal(inFunction.code, "denied");
    assert.match(inFunction.message, /docs\/operations\.md/);
    assert.equal((await refusal(openElsewhere(server.url, { username: "fewer", password: "right" }))).code, "denied");
  });

  it("speaks TLS with the CA that it is given, and with no other server", async () => {
    const pair = localKeyPair();
    const { server } = await start({ tls: pair, appendfsync: "everysec" });
    const store = await bench?.open({ tls: { ca: pair.cert } });
    assert.deepEqual(await store?.space("s").queue.add("q", [{ id: "a", body: "ü" }]), []);
    await bench?.open({ url: server.url.replace("127.0.0.1", "localhost"), tls: { ca: pair.cert } });
    const other = selfSigned("/CN=localhost", "DNS:localhost,IP:127.0.0.1");
    for (const tls of [undefined, { ca: other.cert }]) {
      const error = await refusal(openElsewhere(server.url, { ...(tls === undefined ? {} : { tls }) }));
      assert.equal(error.code, "denied", error.message);
      assert.match(error.message, /store\.tls\.ca/);
    }
    const plain = await refusal(openElsewhere(server.url.replace("rediss", "redis")));
    assert.equal(plain.code, "unavailable");
    assert.match(plain.message, /TLS/);
  });

  it("refuses a certificate for another name", async () => {
    const pair = selfSigned("/CN=elsewhere.test", "DNS:elsewhere.test");
    const { server } = await start({ tls: pair });
    const error = await refusal(openElsewhere(server.url, { tls: { ca: pair.cert } }));
    assert.equal(error.code, "denied");
    assert.match(error.message, /ERR_TLS_CERT_ALTNAME_INVALID/);
  });

  it("checks certificates whatever the environment says", async () => {
    const { server } = await start({ tls: localKeyPair() });
    const [name, before] = ["NODE_TLS_REJECT_UNAUTHORIZED", process.env["NODE_TLS_REJECT_UNAUTHORIZED"]];
    process.env[name] = "0";
    try {
      assert.equal((await refusal(openElsewhere(server.url))).code, "denied");
    } finally {
      if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      else process.env[name] = before;
    }
  });

  it("shows its own certificate where it is asked for, and says so where it has none", async () => {
    const [pair, own] = [localKeyPair(), selfSigned("/CN=garrison", "DNS:garrison.test")];
    const { server } = await start({ tls: { ...pair, ca: own.cert } });
    await bench?.open({ tls: { ca: pair.cert, ...own } });
    const error = await refusal(openElsewhere(server.url, { tls: { ca: pair.cert } }));
    assert.equal(error.code, "denied", error.message);
    assert.match(error.message, /store\.tls\.cert and store\.tls\.key/);
  });

  it("says TLS is not spoken where it is plain text", async () => {
    const { server } = await start();
    const error = await refusal(openElsewhere(server.url.replace("redis:", "rediss:"), { callTimeoutMs: 1_000 }));
    assert.equal(error.retryable, true);
    assert.ok(["denied", "unavailable"].includes(error.code), error.message);
  });
});
