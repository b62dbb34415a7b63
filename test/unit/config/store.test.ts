import assert from "node:assert/strict";
import { ConfigError, loadConfig, parseStoreUrl, type ConfigPath } from "../../../src/config/index.ts";

const home = { HOME: "/home/someone" };
type Overrides = Readonly<Partial<Record<ConfigPath, string | boolean | number>>>;

const problems = (overrides: Overrides): readonly string[] => {
  try {
    loadConfig({ env: home, overrides });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ path, message }) => `${path} ${message}`);
    throw error;
  }
  return [];
};

describe("store.* of the config", () => {
  it("reads URLs of Redis", () => {
    const redis = { type: "redis", database: 0, tls: false } as const;
    assert.deepEqual(parseStoreUrl("redis://127.0.0.1:6380"), { ...redis, host: "127.0.0.1", port: 6380 });
    assert.deepEqual(parseStoreUrl("redis://db.example.test"), { ...redis, host: "db.example.test", port: 6379 });
    assert.deepEqual(parseStoreUrl("redis://[::1]:7000/3"), { ...redis, host: "::1", port: 7000, database: 3 });
    assert.deepEqual(parseStoreUrl("rediss://h:1/"), { ...redis, host: "h", port: 1, tls: true });
  });

  it("refuses those that are none, and says what would do", () => {
    const wrong = [
      ...["redis:", "redis://", "redis:127.0.0.1", "redis:///0", "redis://h:0", "redis://h:65536", "redis://h:x"],
      ...[
        "redis://h/a",
        "redis://h/99999",
        "redis://h?db=1",
        "redis://h#x",
        "redis://-h",
        "redis://a b",
        "redis://[h]",
      ],
      ...["redis://::1", "redis+tls://h", "redis://h/0/1", "redis://h\n"],
    ];
    for (const url of wrong) {
      const said = parseStoreUrl(url);
      assert.ok(typeof said === "string" && /use /.test(said), `${url}: ${JSON.stringify(said)}`);
    }
  });

  it("refuses a password or user in the URL, without repeating it", () => {
    const urls = ["redis://:hunter2@127.0.0.1", "redis://me:hunter2@127.0.0.1:6379/0", "rediss://me@127.0.0.1"];
    for (const url of [...urls, "redis:me:hunter2@127.0.0.1"]) {
      const said = parseStoreUrl(url);
      assert.ok(typeof said === "string" && said.includes("store.passwordFile") && !said.includes("hunter2"));
      const [problem = ""] = problems({ "store.url": url });
      assert.match(problem, /store\.passwordFile/);
      assert.doesNotMatch(problem, /hunter2/);
    }
  });

  it("takes plain text to this machine only, unless it is allowed", () => {
    for (const url of ["redis://127.0.0.1", "redis://127.8.9.1:1", "redis://localhost", "redis://[::1]"]) {
      assert.deepEqual(problems({ "store.url": url }), [], url);
    }
    const others = ["10.0.0.1", "db.example.test", "[fe80::1]", "0.0.0.0", "[::127.0.0.1]", "127.0.0.1.example.test"];
    for (const url of others.map((host) => `redis://${host}`)) {
      assert.match(problems({ "store.url": url })[0] ?? "", /^store\.url .*rediss:\/\/.*store\.allowPlaintext/, url);
      assert.deepEqual(problems({ "store.url": url, "store.allowPlaintext": true }), [], url);
      assert.deepEqual(problems({ "store.url": url.replace("redis:", "rediss:") }), [], url);
    }
  });

  it("refuses keys that do not go together", () => {
    const tls = { "store.url": "rediss://127.0.0.1" } as const;
    assert.match(problems({ ...tls, "store.tls.cert": "c.pem" })[0] ?? "", /^store\.tls\.key /);
    assert.match(problems({ ...tls, "store.tls.key": "k.pem" })[0] ?? "", /^store\.tls\.cert /);
    assert.deepEqual(problems({ ...tls, "store.tls.cert": "c.pem", "store.tls.key": "k.pem" }), []);
    assert.match(problems({ "store.url": "redis://[::1]", "store.tls.ca": "ca.pem" })[0] ?? "", /use that, or remove/);
    assert.match(problems({ ...tls, "store.username": "garrison" })[0] ?? "", /^store\.passwordFile /);
    assert.deepEqual(problems({ ...tls, "store.username": "garrison", "store.passwordFile": "p" }), []);
    assert.match(problems({ "store.callTimeoutMs": 99 })[0] ?? "", /^store\.callTimeoutMs 99: use a whole number/);
    assert.deepEqual(problems({ "store.url": "memory:", "store.tls.cert": "c.pem" }), []);
  });

  it("makes paths absolute", () => {
    const { store } = loadConfig({
      env: home,
      overrides: { "store.url": "rediss://127.0.0.1", "store.tls.ca": "/etc/ca.pem", "store.passwordFile": "/run/p" },
    }).config;
    assert.equal(store.tls.ca, "/etc/ca.pem");
    assert.equal(store.passwordFile, "/run/p");
    assert.equal(store.callTimeoutMs, 5_000);
  });
});
