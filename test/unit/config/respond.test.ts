import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, loadConfig, type Config, type LoadOptions } from "../../../src/config/index.ts";
import { tempDir } from "../../support/temp-dir.ts";

describe("respond.* of the config", () => {
  const folder = tempDir("config-respond");
  after(() => folder.remove());

  let count = 0;
  const load = (respond: unknown, more: object = {}, options: Partial<LoadOptions> = {}): Config["respond"] => {
    const file = join(folder.path, `garrison-${(count += 1)}.yaml`);
    writeFileSync(file, JSON.stringify({ respond, ...more }));
    return loadConfig({ env: {}, file, ...options }).config.respond;
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
  const tls = { tls: { ca: "ca.pem", cert: "node.pem", key: "node.key" } };

  it("answers no event and permits nothing unless it says so", () => {
    const { playbooks, rules, egress, secrets, commands, modules, http, syslog, child } = load({});
    assert.deepEqual([playbooks, rules, egress, secrets], [[], [], [], []]);
    assert.deepEqual([commands, modules], [{ bash: false }, { childProcess: false }]);
    assert.deepEqual([http.listen, syslog.udp, syslog.tcp, syslog.tls], [undefined, undefined, undefined, undefined]);
    assert.deepEqual(
      [child.maxOldSpaceMb, child.maxRssMb, child.maxThreads, child.deadlineMs],
      [256, 512, 16, 600_000],
    );
    assert.deepEqual(loadConfig({ env: {} }).config.node.roles, ["scheduler", "probe", "responder"]);
  });

  it("takes folders and files from the folder of the config, and addresses in one form", () => {
    const { playbooks, secrets, http, syslog } = load({
      playbooks: ["playbooks", "/srv/playbooks"],
      secrets: [
        { name: "TICKETS", file: "tickets.secret" },
        { name: "firewall-api-token", file: "/etc/firewall", playbooks: ["block-address"] },
      ],
      http: { listen: "localhost:7490", sources: [{ name: "edr", secretFile: "edr.secret" }] },
      syslog: { udp: "127.0.0.1:5514", sources: [{ from: "127.0.0.0/8", name: "fw", kind: "network-attack" }] },
    });
    assert.deepEqual(playbooks, [join(folder.path, "playbooks"), "/srv/playbooks"]);
    assert.deepEqual(secrets, [
      { name: "TICKETS", file: join(folder.path, "tickets.secret") },
      { name: "firewall-api-token", file: "/etc/firewall", playbooks: ["block-address"] },
    ]);
    assert.equal(http.listen, "127.0.0.1:7490");
    assert.deepEqual(http.sources, [{ name: "edr", secretFile: join(folder.path, "edr.secret") }]);
    assert.deepEqual(syslog.sources, [{ from: "127.0.0.0/8", name: "fw", kind: "network-attack" }]);
  });

  it("takes folders from the environment, with commas", () => {
    const env = { GARRISON_RESPOND__PLAYBOOKS: "/a, /b", GARRISON_RESPOND__POOL__MAX: "3" };
    const { playbooks, pool } = load({}, {}, { env });
    assert.deepEqual([playbooks, pool.max], [["/a", "/b"], 3]);
  });

  it("names what is wrong with an entry, and entries that are there twice", () => {
    const source = { name: "edr", secretFile: "a" };
    assert.deepEqual(
      problems({
        secrets: [
          { name: "1st", file: "a" },
          { name: "TWO", path: "b" },
          { name: "three", file: "c", playbooks: [] },
          { name: "four", file: "d", playbooks: ["../other"] },
        ],
        http: { sources: [source, source] },
        syslog: { allowFrom: ["10.0.0.0/33"], sources: [{ from: "host.test", name: "fw" }] },
        child: { maxRssMb: 1 },
        modules: { childProcess: "yes" },
      }),
      [
        "respond.secrets[0]: a mapping: name: use letters, digits, underscores and hyphens, a letter or underscore first",
        "respond.secrets[1]: a mapping: use the path of a file, at most 4096 characters",
        "respond.secrets[2]: a mapping: playbooks: name at least one, or leave it out for all",
        "respond.secrets[3]: a mapping: playbooks: use ids, which are names of files without their endings",
        'respond.modules.childProcess: "yes": use true or false',
        "respond.child.maxRssMb: 1: use a whole number from 64 to 131072",
        "respond.http.sources[1]: a mapping: name: it is there twice",
        'respond.syslog.allowFrom[0]: "10.0.0.0/33": no address or network: use 10.0.0.0/8 or 10.0.0.7',
        "respond.syslog.sources[0]: a mapping: no address or network: use 10.0.0.0/8 or 10.0.0.7",
      ],
    );
    assert.deepEqual(problems({ playbook: ["a"] }).length, 1);
  });

  it("lets the caller judge where playbooks may connect to", () => {
    const refuseEgress = (entry: string): string | undefined => (entry === "bad" ? "no place" : undefined);
    assert.deepEqual(problems({ egress: ["127.0.0.1", "bad"] }, {}, { refuseEgress }), [
      'respond.egress[1]: "bad": no place',
    ]);
  });

  it("refuses bounds that do not go together", () => {
    assert.deepEqual(
      problems({
        pool: { spare: 5, max: 4, warmThreads: 9 },
        child: { maxThreads: 8, actionTimeoutMs: 2_000, deadlineMs: 1_000, maxOldSpaceMb: 512, maxRssMb: 256 },
      }).map((line) => line.slice(0, line.indexOf(":"))),
      [
        "respond.pool.spare",
        "respond.pool.warmThreads",
        "respond.child.actionTimeoutMs",
        "respond.child.maxOldSpaceMb",
      ],
    );
  });

  it("opens doors to other machines only with TLS, or for senders that it names", () => {
    const open = "192.0.2.1:7490";
    const sources = [{ name: "edr", secretFile: "a" }];
    const paths = (...args: Parameters<typeof load>): readonly string[] =>
      problems(...args).map((line) => line.slice(0, line.indexOf(":")));
    assert.deepEqual(paths({ http: { listen: "127.0.0.1:7490" } }), ["respond.http.sources"]);
    assert.deepEqual(paths({ http: { listen: open, sources } }), ["respond.http.listen"]);
    assert.equal(load({ http: { listen: open, sources } }, tls).http.listen, open);
    assert.deepEqual(paths({ syslog: { udp: open, tcp: open, tls: open } }), [
      "respond.syslog.tls",
      "respond.syslog.udp",
      "respond.syslog.tcp",
    ]);
    assert.equal(load({ syslog: { udp: open, allowFrom: ["192.0.2.0/24"] } }).syslog.udp, open);
  });
});
