import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, loadConfig, parseClamdAddress, type Config } from "../../../src/config/index.ts";
import { tempDir } from "../../support/temp-dir.ts";

describe("detect.* of the config", () => {
  const folder = tempDir("config-detect");
  after(() => folder.remove());

  let count = 0;
  const load = (detect: unknown, more: object = {}, env: Record<string, string> = {}): Config => {
    const file = join(folder.path, `garrison-${(count += 1)}.yaml`);
    writeFileSync(file, JSON.stringify({ detect, ...more }));
    return loadConfig({ env: { XDG_STATE_HOME: folder.path, ...env }, file }).config;
  };
  const problems = (...args: Parameters<typeof load>): readonly string[] => {
    try {
      load(...args);
    } catch (error) {
      assert.ok(error instanceof ConfigError, String(error));
      return error.problems.map(({ path, message }) => `${path}: ${message}`);
    }
    throw new Error("the configuration was accepted");
  };

  it("has the detectors of a laptop, and sends nothing anywhere", () => {
    const { node, detect } = load({});
    assert.deepEqual(node.roles, ["scheduler", "probe", "responder", "centre", "relay", "guard"]);
    assert.deepEqual(
      detect.detectors.map(({ kind }) => kind),
      ["digest", "structure", "yara"],
    );
    assert.deepEqual(
      [detect.callback.egress, detect.clamav.address, detect.sandbox.url, detect.rule],
      [[], undefined, undefined, "majority"],
    );
    assert.deepEqual([detect.windowMs, detect.objectTtlMs, detect.deadlineMs], [1_000, 3_600_000, 600_000]);
    const state = join(folder.path, "garrison");
    assert.deepEqual(
      [detect.samples.path, detect.socket, detect.cachePath],
      [join(state, "samples"), join(state, "relay/relay.sock"), join(state, "relay/objects")],
    );
  });

  it("takes files and folders from the folder of the config", () => {
    const { detect } = load({
      digest: { allow: ["clean.txt"], deny: ["/srv/bad.txt"] },
      yara: { rules: ["rules"] },
      sigma: { rules: ["sigma"] },
      clamav: { address: "unix:clamd.sock", signatureFolder: "clamd" },
      sandbox: { url: "http://127.0.0.1:8000", tokenFile: "cape.token" },
      socket: "relay.sock",
      samples: { path: "samples" },
    });
    const at = (name: string): string => join(folder.path, name);
    assert.deepEqual([detect.digest.allow, detect.digest.deny], [[at("clean.txt")], ["/srv/bad.txt"]]);
    assert.deepEqual([detect.yara.rules, detect.sigma.rules], [[at("rules")], [at("sigma")]]);
    assert.deepEqual(
      [detect.clamav.address, detect.sandbox.tokenFile, detect.socket, detect.samples.path],
      [`unix:${at("clamd.sock")}`, at("cape.token"), at("relay.sock"), at("samples")],
    );
    assert.equal(detect.clamav.signatureFolder, at("clamd"));
  });

  it("asks all required detectors unless it is told to skip those that could change nothing", () => {
    assert.equal(load({}).detect.skipUseless, false);
    assert.equal(load({ skipUseless: true }).detect.skipUseless, true);
    assert.deepEqual(problems({ skipUseless: "often" }), ['detect.skipUseless: "often": use true or false']);
  });

  it("takes rules by name and with their numbers, from the environment too", () => {
    for (const rule of [
      "any",
      { type: "all", quorum: 0.5 },
      { type: "majority", decisive: ["digest", "clamav"] },
      { type: "majority", decisive: [] },
      { type: "quorum", black: 2 },
      { type: "weighted", weights: { clamav: 3 }, black: 80, suspected: 40 },
      { type: "priority", order: ["digest", "clamav"] },
    ]) {
      assert.deepEqual(load({ rule }).detect.rule, rule);
    }
    assert.equal(load({}, {}, { GARRISON_DETECT__RULE: "all" }).detect.rule, "all");
    for (const rule of [
      "most",
      { type: "quorum" },
      { type: "any", black: 1 },
      { type: "any", decisive: ["digest"] },
      { type: "majority", decisive: ["a", "a"] },
      { type: "priority", order: [] },
      7,
      { type: "priority", order: ["a", "a"] },
    ]) {
      const [problem = "", ...more] = problems({ rule });
      assert.match(problem, /^detect\.rule: .*use majority, any, all/, JSON.stringify(rule));
      assert.deepEqual(more, []);
    }
    const upsideDown = { type: "weighted", black: 40, suspected: 80 };
    assert.match(problems({ rule: upsideDown }).join(), /detect\.rule: nothing could be suspected/);
  });

  it("names what is wrong with an entry", () => {
    assert.deepEqual(
      problems({
        detectors: [{ kind: "virus" }, { kind: "yara", count: 0 }, { kind: "digest", start: "now" }],
        require: [
          { taskType: "mail", kind: "yara" },
          { taskType: "script", kind: "Yara" },
        ],
      }).map((problem) => problem.split(": ").slice(0, 3).join(": ")),
      [
        "detect.require[0]: a mapping: taskType",
        "detect.require[1]: a mapping: kind",
        "detect.detectors[0]: a mapping: kind",
        "detect.detectors[1]: a mapping: count",
        "detect.detectors[2]: a mapping: start",
      ],
    );
    const yara = { taskType: "sample-file", kind: "yara" };
    assert.deepEqual(problems({ require: [yara, { ...yara, taskType: "code" }, { ...yara, count: 2 }] }), [
      "detect.require[2]: a mapping: another entry is about the same",
    ]);
    assert.match(problems({ detectors: [{ kind: "yara" }, { kind: "yara" }] }).join(), /detectors\[1\]: .*twice/);
  });

  it("requires at most 512 detectors of one task type: a task of more could not be written in one commit", () => {
    const requiring = (taskType: string, kinds: number): readonly object[] =>
      Array.from({ length: kinds }, (_, nth) => ({ taskType, kind: `kind-${nth}`, count: 32 }));
    assert.equal(load({ require: [...requiring("code", 16), ...requiring("script", 16)] }).detect.require.length, 32);
    assert.deepEqual(problems({ require: [...requiring("code", 17), ...requiring("script", 18)] }), [
      "detect.require: code: 544 detectors are required: use at most 512 for a task type",
      "detect.require: script: 576 detectors are required: use at most 512 for a task type",
    ]);
  });

  it("refuses a clamd or a sandbox whose traffic others could read", () => {
    for (const address of [
      "10.0.0.7:3310",
      "clamd:3310",
      "127.0.0.1:0",
      "unix:",
      `unix:/${"a".repeat(107)}`,
      "/run/x",
    ]) {
      assert.equal(problems({ clamav: { address } }).length, 1, address);
    }
    assert.deepEqual(parseClamdAddress("unix:/run/clamd.ctl"), { type: "unix", path: "/run/clamd.ctl" });
    assert.deepEqual(parseClamdAddress("127.0.0.1:3310"), { type: "tcp", host: "127.0.0.1", port: 3_310 });
    for (const url of [
      "http://10.0.0.7",
      "ftp://127.0.0.1",
      "https://u:p@cape.test",
      "https://cape.test/?a=b",
      "cape",
    ]) {
      assert.equal(problems({ sandbox: { url } }).length, 1, url);
    }
    assert.equal(load({ sandbox: { url: "https://cape.test:8000/x" } }).detect.sandbox.url, "https://cape.test:8000/x");
  });

  it("refuses detectors that would have nothing to scan with", () => {
    const detectors = ["clamav", "sandbox", "sigma", "yara"].map((kind) => ({ kind }));
    assert.deepEqual(
      problems({ detectors, yara: { shipped: false } }).map((problem) => problem.split(", or")[0]),
      [
        "detect.detectors: clamav: it has nothing to scan with: set detect.clamav.address",
        "detect.detectors: sandbox: it has nothing to scan with: set detect.sandbox.url",
        "detect.detectors: sigma: it has nothing to scan with: set detect.sigma.rules",
        "detect.detectors: yara: it has nothing to scan with: set detect.yara.rules",
      ],
    );
  });

  it("refuses numbers that do not go together", () => {
    const named = (detect: object): readonly string[] => problems(detect).map((problem) => problem.split(":")[0] ?? "");
    assert.deepEqual(named({ heartbeatMs: 1_000, heartbeatTimeoutMs: 1_999 }), ["detect.heartbeatTimeoutMs"]);
    assert.deepEqual(named({ missingGraceMs: 2_000, deadlineMs: 1_000 }), ["detect.missingGraceMs"]);
    assert.deepEqual(named({ samples: { maxBytes: 100_000 } }), ["detect.samples.maxSampleBytes"]);
    assert.deepEqual(named({ cacheBytes: 100_000 }), ["detect.cacheBytes"]);
  });

  it("refuses a path that no socket can have, where there is to be one", () => {
    const socket = `/${"a".repeat(107)}`;
    assert.match(problems({ socket }).join(), /^detect\.socket: .*at most 107 bytes$/);
    assert.equal(load({ socket }, { node: { roles: ["probe"] } }).detect.socket, socket);
  });
});
