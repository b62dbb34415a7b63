import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ConfigError, loadConfig, type ConfigProblem, type LoadOptions } from "../../../src/config/index.ts";
import { tempDir } from "../../support/temp-dir.ts";

const home = { HOME: "/home/someone" };

describe("loadConfig", () => {
  const folder = tempDir("config");
  let files = 0;
  after(() => folder.remove());

  const written = (text: string): string => {
    const file = join(folder.path, `garrison-${(files += 1)}.yaml`);
    writeFileSync(file, text);
    return file;
  };

  const problems = (options: Partial<LoadOptions>): readonly ConfigProblem[] => {
    try {
      loadConfig({ env: home, ...options });
    } catch (error) {
      assert.ok(error instanceof ConfigError, String(error));
      assert.equal(error.code, "invalid-config");
      for (const { source, message } of error.problems) assert.ok(error.message.includes(`${source}: `), message);
      return error.problems;
    }
    throw new Error("the configuration was accepted");
  };

  it("reads a file that does not tell its size, and not more of it than it would of another", () => {
    const { config } = loadConfig({ env: home, file: "/dev/null" });
    assert.equal(config.node.id, "node-1");
    const [problem] = problems({ file: "/dev/zero" });
    assert.match(problem?.message ?? "", /at most 262144 bytes/);
  });

  it("gives every key a default, with state below the user's state folder", () => {
    const { config, sources } = loadConfig({ env: home });
    assert.deepEqual(config.listen, { grpc: "127.0.0.1:7443", http: "127.0.0.1:7480", advertise: undefined });
    assert.equal(config.store.url, "lmdb:/home/someone/.local/state/garrison/store");
    assert.equal(config.control.tokenFile, "/home/someone/.local/state/garrison/operator-token");
    assert.deepEqual(config.scan.scope, []);
    assert.equal(config.scan.retainMs, 30 * 24 * 3_600_000);
    assert.equal(config.scan.rateLimitPerTarget, undefined);
    assert.deepEqual([...new Set(sources.values())], ["default"]);
    const moved = loadConfig({ env: { ...home, XDG_STATE_HOME: "/var/state" } }).config;
    assert.equal(moved.store.url, "lmdb:/var/state/garrison/store");
    const ignored = loadConfig({ env: { ...home, XDG_STATE_HOME: "relative" } }).config;
    assert.equal(ignored.store.url, "lmdb:/home/someone/.local/state/garrison/store");
  });

  it("lets the environment win over the file and flags over both, and says which it was", () => {
    const file = written("scan:\n  probes: 2\n  leaseMs: 3000\n  subtaskRequests: 4\n");
    const { config, sources } = loadConfig({
      file,
      env: { ...home, GARRISON_SCAN__PROBES: "3", GARRISON_SCAN__LEASEMS: "4000", GARRISON_NODE: "127.0.0.1:1" },
      overrides: { "scan.probes": 5, "log.level": undefined },
    });
    assert.equal(config.scan.probes, 5);
    assert.equal(config.scan.leaseMs, 4_000);
    assert.equal(config.scan.subtaskRequests, 4);
    assert.equal(sources.get("scan.probes"), "flag");
    assert.equal(sources.get("scan.leaseMs"), "env GARRISON_SCAN__LEASEMS");
    assert.equal(sources.get("scan.subtaskRequests"), `${file}:4`);
    assert.equal(sources.get("log.level"), "default");
  });

  it("reads lists from the environment with commas, and takes an empty variable for none", () => {
    const { config } = loadConfig({
      env: {
        ...home,
        GARRISON_SCAN__SCOPE: "127.0.0.1:80, *.test",
        GARRISON_NODE__ROLES: "probe",
        GARRISON_LOG__LEVEL: "",
      },
    });
    assert.deepEqual(config.scan.scope, ["127.0.0.1:80", "*.test"]);
    assert.deepEqual(config.node.roles, ["probe"]);
    assert.equal(config.log.level, "info");
  });

  it("takes relative paths of a file from its folder, others from the working directory", () => {
    mkdirSync(join(folder.path, "etc"));
    const file = join(folder.path, "etc", "garrison.yaml");
    writeFileSync(file, 'store: {url: "lmdb:../state"}\ncontrol: {tokenFile: token}\n');
    const { config } = loadConfig({ file, env: home });
    assert.equal(config.store.url, `lmdb:${join(folder.path, "state")}`);
    assert.equal(config.control.tokenFile, join(folder.path, "etc", "token"));
    const given = loadConfig({
      env: { ...home, GARRISON_CONTROL__TOKENFILE: "t" },
      overrides: { "store.url": "lmdb:s" },
    });
    assert.equal(given.config.store.url, `lmdb:${resolve("s")}`);
    assert.equal(given.config.control.tokenFile, resolve("t"));
  });

  it("reports every problem of every place at once, each with its line or variable", () => {
    const file = written(
      [
        "node: {id: Bad_ID}",
        "scan:",
        "  scope:",
        "    - 127.0.0.1",
        "    - 7",
        "  leaseMs: 10s",
        "  leasems: 5000",
        "extra: 1",
        "",
      ].join("\n"),
    );
    const found = problems({
      file,
      env: { ...home, GARRISON_SCAN__PROBES: "many", GARRISON_SCAN__PROBS: "1", GARRISON_X__Y: "1" },
      overrides: { "log.level": "loud" },
    });
    assert.deepEqual(found.map(({ path, source }) => `${source} ${path}`).toSorted(), [
      `${file}:1 node.id`,
      `${file}:5 scan.scope[1]`,
      `${file}:6 scan.leaseMs`,
      `${file}:7 scan.leasems`,
      `${file}:8 extra`,
      "env GARRISON_SCAN__PROBES scan.probes",
      "env GARRISON_SCAN__PROBS scan.probs",
      "env GARRISON_X__Y x.y",
      "flag log.level",
    ]);
    assert.match(
      found.find(({ path }) => path === "scan.leaseMs")?.message ?? "",
      /"10s": use a whole number from 1000/,
    );
  });

  it("takes keys of sections within sections from every place, and names those that are none", () => {
    const file = written("scan:\n  enable:\n    file: true\n");
    assert.deepEqual(loadConfig({ file, env: {} }).config.scan.enable, { selfContained: false, file: true });
    const env = { GARRISON_SCAN__ENABLE__SELFCONTAINED: "true", GARRISON_SCAN__ENABLE__FILE: "false" };
    const { config, sources } = loadConfig({ file, env });
    assert.deepEqual(config.scan.enable, { selfContained: true, file: false });
    assert.equal(sources.get("scan.enable.file"), "env GARRISON_SCAN__ENABLE__FILE");
    const found = (text: string): readonly string[] =>
      problems({ file: written(text) }).map(({ path, message }) => `${path}: ${message}`);
    assert.deepEqual(found("scan: {enable: {files: true}}"), [
      "scan.enable.files: there is no such key: scan.enable has selfContained, file",
    ]);
    assert.deepEqual(found("scan: {enable: true}"), ["scan.enable: use a mapping of keys"]);
    assert.deepEqual(found("scan: {enable: {file: 1}}"), ["scan.enable.file: 1: use true or false"]);
    assert.deepEqual(found("scan: {leaseMs: {file: 1}}").length, 1);
  });

  it("refuses every listen address that is not on loopback, without TLS", () => {
    for (const address of ["0.0.0.0:7443", "[::]:7443", "10.0.0.1:7443", "[::ffff:127.0.0.1]:7443", "example.test:1"]) {
      const [problem] = problems({ overrides: { "listen.grpc": address } });
      assert.equal(problem?.path, "listen.grpc", address);
      assert.match(problem.message, /reachable from other machines|a host name|an IPv4 address in the form of IPv6/);
    }
    for (const address of ["127.0.0.1", ":7443", "127.0.0.1:65536", "127.1:80", "::1:80", "127.0.0.1:x"]) {
      assert.equal(problems({ overrides: { "listen.http": address } })[0]?.path, "listen.http", address);
    }
    const { listen } = loadConfig({
      env: home,
      overrides: { "listen.grpc": "localhost:7000", "listen.http": "[::1]:7000" },
    }).config;
    assert.deepEqual([listen.grpc, listen.http], ["127.0.0.1:7000", "[::1]:7000"]);
  });

  it("refuses one address for both servers, unless the machine picks the port", () => {
    const same = { "listen.grpc": "127.0.0.1:7000", "listen.http": "localhost:7000" };
    assert.equal(problems({ overrides: same })[0]?.path, "listen.http");
    loadConfig({ env: home, overrides: { "listen.grpc": "127.0.0.1:0", "listen.http": "127.0.0.1:0" } });
  });

  it("refuses stores that it cannot open", () => {
    for (const url of ["lmdb:", "lmdb://server/dir", "postgres://x", "/var/lib/garrison"]) {
      assert.equal(problems({ overrides: { "store.url": url } })[0]?.path, "store.url", url);
    }
    assert.equal(loadConfig({ env: home, overrides: { "store.url": "memory:" } }).config.store.url, "memory:");
  });

  it("names the line of a syntax error, and survives hostile files", () => {
    assert.deepEqual(problems({ file: written("node: {id: a}\nscan: [1\n") }).map(({ path }) => path)[0], "");
    assert.match(problems({ file: written("node: {id: a}\n\tscan: 1\n") })[0]?.source ?? "", /:2$/);
    assert.match(problems({ file: written("node: {id: a}\nnode: {id: b}\n") })[0]?.message ?? "", /unique/);
    assert.ok(problems({ file: written("[".repeat(100_000)) }).length > 0);
    assert.ok(problems({ file: written("- a list\n") }).length > 0);
    assert.equal(problems({ file: written("scan: 1\n") })[0]?.path, "scan");
    assert.equal(problems({ file: written("scan: {scope: &a [*a]}\n") })[0]?.path, "scan.scope[0]");
    assert.equal(problems({ file: written("scan: {scope: *nobody}\n") })[0]?.path, "scan.scope");
    assert.match(problems({ file: written("x".repeat(300_000)) })[0]?.message ?? "", /at most 262144/);
    assert.match(problems({ file: join(folder.path, "missing") })[0]?.message ?? "", /cannot be read/);
    assert.equal(problems({ file: written("__proto__: {x: 1}\n") })[0]?.path, "__proto__");
  });

  it("takes an empty file, an empty section and a key without a value for the defaults", () => {
    const defaults = loadConfig({ env: home }).config;
    for (const text of ["", "# nothing\n", "scan:\n", "scan:\n  probes:\n  rateLimitPerTarget: null\n"]) {
      assert.deepEqual(loadConfig({ env: home, file: written(text) }).config, defaults, text);
    }
  });

  it("lets the caller judge entries of the scope, and places what it refuses", () => {
    const file = written("scan:\n  scope:\n    - good\n    - bad\n");
    const refuseScope = (entry: string): string | undefined => (entry === "bad" ? "no such host" : undefined);
    assert.deepEqual(problems({ file, refuseScope }), [
      { path: "scan.scope[1]", source: `${file}:4`, message: '"bad": no such host' },
    ]);
  });
});
