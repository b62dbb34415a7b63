import assert from "node:assert/strict";
import { advertisedAddress } from "../../../src/config/addresses/advertised.ts";
import { ConfigError, loadConfig, type Config, type ConfigPath } from "../../../src/config/index.ts";

type Overrides = Readonly<Partial<Record<ConfigPath, string>>>;

const tls = { "tls.ca": "/t/ca.pem", "tls.cert": "/t/node.pem", "tls.key": "/t/node-key.pem" } as const;
const load = (overrides: Overrides): Config => loadConfig({ env: { HOME: "/home/u" }, overrides }).config;

/** The problems, each as `path: message`. */
const problemsOf = (overrides: Overrides): readonly string[] => {
  try {
    load(overrides);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
};

describe("the configuration of a node that other machines reach", () => {
  it("needs all of tls", () => {
    for (const address of ["10.0.0.1:7443", "[2001:db8::1]:7443", "[::127.0.0.1]:7443"]) {
      const { "tls.key": key, ...most } = tls;
      assert.deepEqual(problemsOf({ "listen.grpc": address, ...tls }), [], address);
      const [problem = "", ...more] = problemsOf({ "listen.grpc": address });
      assert.match(problem, /^listen\.grpc: .*needs mutual TLS: set tls\.ca, tls\.cert and tls\.key/, address);
      assert.deepEqual(more, []);
      assert.equal(problemsOf({ "listen.http": address, ...most }).length, 2, key);
    }
    for (const address of ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1"]) {
      assert.deepEqual(problemsOf({ "listen.grpc": address }), [], address);
    }
  });

  it("takes a certificate with its key, and whom to trust", () => {
    assert.match(String(problemsOf({ "tls.ca": "/ca", "tls.cert": "/c" })), /^tls\.key: .*go together/);
    assert.match(String(problemsOf({ "tls.ca": "/ca", "tls.key": "/k" })), /^tls\.cert: .*go together/);
    assert.match(String(problemsOf({ "tls.cert": "/c", "tls.key": "/k" })), /^tls\.ca: whom to trust is missing/);
    assert.deepEqual(problemsOf({ "tls.ca": "/ca" }), []);
  });

  it("says by which address others reach it, when it listens at every one", () => {
    for (const address of ["0.0.0.0:7443", "[::]:7443"]) {
      const given = { ...tls, "listen.grpc": address };
      assert.match(String(problemsOf(given)), /^listen\.grpc: .*set listen\.advertise/, address);
      assert.deepEqual(problemsOf({ ...given, "listen.advertise": "node-1.internal:7443" }), [], address);
    }
    assert.match(String(problemsOf({ ...tls, "listen.http": "0.0.0.0:7480" })), /^listen\.http: .*listen\.advertise/);
  });

  it("takes as such an address only what others can call", () => {
    const good = ["node-1", "node-1.internal", "10.0.0.1", "10.0.0.1:1", "[2001:db8::1]", "[2001:db8::1]:65535"];
    for (const text of good) assert.deepEqual(problemsOf({ ...tls, "listen.advertise": text }), [], text);
    const bad = ["", "a b", "a:0", "a:65536", "a:b", "1.2.3", "2130706433", "0.0.0.0", "[::]", "::1", "-a", "http://a"];
    for (const text of bad) assert.equal(problemsOf({ ...tls, "listen.advertise": text }).length, 1, text);
  });

  it("is announced with the port that it has got, unless another one is named", () => {
    const bound = { host: "0.0.0.0", port: 4321 };
    assert.equal(advertisedAddress(bound, undefined, true), "0.0.0.0:4321");
    assert.equal(advertisedAddress(bound, "node-1.internal", true), "node-1.internal:4321");
    assert.equal(advertisedAddress(bound, "node-1.internal:7443", true), "node-1.internal:7443");
    assert.equal(advertisedAddress(bound, "[2001:db8::1]:7443", true), "[2001:db8::1]:7443");
    assert.equal(advertisedAddress(bound, "node-1.internal:7443", false), "node-1.internal:4321");
  });
});
