import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, loadConfig, parseSubject, type Config } from "../../../src/config/index.ts";
import { tempDir } from "../../support/temp-dir.ts";

describe("guard.* of the config", () => {
  const folder = tempDir("config-guard");
  after(() => folder.remove());

  let count = 0;
  const load = (guard: unknown, env: Record<string, string> = {}): Config => {
    const file = join(folder.path, `garrison-${(count += 1)}.yaml`);
    writeFileSync(file, JSON.stringify({ guard }));
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

  it("reports after 1,000 accesses, 256 KiB or 100 ms, and believes no forwarded address", () => {
    const { guard, node } = load({});
    assert.ok(node.roles.includes("guard"));
    assert.deepEqual(guard.report, { records: 1_000, bytes: 262_144, ageMs: 100 });
    assert.deepEqual([guard.failMode, guard.trustedProxies, guard.neverBlock, guard.rules], ["open", [], [], []]);
    assert.deepEqual([guard.v6PrefixBits, guard.skewMs, guard.folder], [64, 2_000, undefined]);
    assert.equal(guard.spoolFolder, join(folder.path, "garrison", "guard", "spool"));
  });

  it("takes folders from the folder of the config, lists and numbers from the environment", () => {
    const { guard } = load(
      { spoolFolder: "spool", folder: "shared" },
      {
        GARRISON_GUARD__RULES: "7, 12",
        GARRISON_GUARD__NEVERBLOCK: "192.0.2.1,account=root",
        GARRISON_GUARD__CAPS__ACTIVESHARE: "0.25",
        GARRISON_GUARD__PROXY: "false",
      },
    );
    assert.deepEqual([guard.spoolFolder, guard.folder], [join(folder.path, "spool"), join(folder.path, "shared")]);
    assert.deepEqual(guard.rules, [7, 12]);
    assert.deepEqual(guard.neverBlock, ["192.0.2.1", "account=root"]);
    assert.deepEqual([guard.caps.activeShare, guard.proxy], [0.25, false]);
  });

  it("names the place of every problem", () => {
    assert.deepEqual(
      problems({
        report: { records: 0 },
        failMode: "half",
        trustedProxies: ["10.0.0.0/8", "nginx"],
        neverBlock: ["10.0.0.0/33", "Account=root", "account="],
        rules: [1, 65_536],
        v6PrefixBits: 8,
        caps: { networkV4Bits: 33, activeShare: 0 },
      }).map((problem) => problem.replace(/: use .*/, "")),
      [
        "guard.report.records: 0",
        'guard.failMode: "half"',
        'guard.trustedProxies[1]: "nginx": no address or network',
        'guard.neverBlock[0]: "10.0.0.0/33": no subject',
        'guard.neverBlock[1]: "Account=root": no field of accesses',
        'guard.neverBlock[2]: "account=": no subject',
        "guard.v6PrefixBits: 8",
        "guard.rules[1]: 65536",
        "guard.caps.networkV4Bits: 33",
        "guard.caps.activeShare: 0",
      ],
    );
    assert.deepEqual(problems({}, { GARRISON_GUARD__RULES: "1,x" }), [
      'guard.rules[1]: "x": use numbers of rules, whole from 1 to 65535',
    ]);
  });

  it("refuses what does not go together", () => {
    const found = problems({
      report: { bytes: 524_288, ageMs: 3_000 },
      spoolBytes: 1_048_576,
      spoolFolder: "/dev/shm/spool",
      folder: "/dev/shm/spool",
    });
    assert.equal(found.length, 4);
    assert.match(found.join("\n"), /guard\.spoolFolder: "\/dev\/shm\/spool": in memory/);
    assert.match(found.join("\n"), /guard\.spoolFolder: .*guard\.folder is the same/);
    assert.match(found.join("\n"), /guard\.report\.bytes: 524288: .*at most a quarter of guard\.spoolBytes/);
    assert.match(found.join("\n"), /guard\.report\.ageMs: 3000: .*at most guard\.skewMs \(2000\)/);
  });

  it("reads subjects as addresses, networks, and values of fields", () => {
    assert.deepEqual(parseSubject("2001:db8::/32"), { field: "ip", subject: "2001:db8::/32" });
    assert.deepEqual(parseSubject("ip=192.0.2.7"), { field: "ip", subject: "192.0.2.7" });
    assert.deepEqual(parseSubject("account=a=b"), { field: "account", subject: "a=b" });
    for (const wrong of ["root", "ip=root", "=x", "account=", `account=${"ü".repeat(129)}`]) {
      assert.equal(typeof parseSubject(wrong), "string", wrong);
    }
  });
});
