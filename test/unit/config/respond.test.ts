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
    const { playbooks, rules, templates, egress, secrets, commands, modules, http, syslog, child } = load({});
    assert.deepEqual([playbooks, rules, templates, egress, secrets], [[], [], [], [], []]);
    assert.deepEqual(modules, { childProcess: false });
    assert.deepEqual(commands, { bash: false, ssh: true, yara: true, garrison: true });
    assert.deepEqual([http.listen, syslog.udp, syslog.tcp, syslog.tls], [undefined, undefined, undefined, undefined]);
    assert.deepEqual(
      [child.maxOldSpaceMb, child.maxRssMb, child.maxThreads, child.deadlineMs],
      [256, 512, 16, 600_000],
    );
  });

  it("takes folders and files from the folder of the config, and addresses in one form", () => {
    const { playbooks, templates, secrets, http, syslog } = load({
      playbooks: ["playbooks", "/srv/playbooks"],
      templates: ["templates"],
      secrets: [
        { name: "TICKETS", file: "tickets.secret" },
        { name: "firewall-api-token", file: "/etc/firewall", playbooks: ["block-address"] },
      ],
      http: { listen: "localhost:7490", sources: [{ name: "edr", secretFile: "edr.secret" }] },
      syslog: { udp: "127.0.0.1:5514", sources: [{ from: "127.0.0.0/8", name: "fw", kind: "network-attack" }] },
    });
    assert.deepEqual(playbooks, [join(folder.path, "playbooks"), "/srv/playbooks"]);
    assert.deepEqual(templates, [join(folder.path, "templates")]);
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
        "respond.secrets[3]: a mapping: playbooks: use ids of playbooks, which are names of files without their endings",
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

  it("says what commands of CACAO may do", () => {
    const step = "action--f6c3c5d2-2f0a-4ac2-9b1c-2a3c2b1d0e0f";
    const { commands, ssh, manualTimeoutMs, repeat, signatures } = load({
      commands: { bash: true, ssh: false },
      ssh: { knownHosts: "known_hosts" },
      manualTimeoutMs: 60_000,
      repeat: [
        { playbook: "block", repeat: true },
        { playbook: "block", step, repeat: false },
      ],
      signatures: { required: true, trusted: [{ name: "The SOC", keyFile: "soc.pem" }] },
    });
    assert.deepEqual(commands, { bash: true, ssh: false, yara: true, garrison: true });
    assert.deepEqual([ssh.knownHosts, manualTimeoutMs], [join(folder.path, "known_hosts"), 60_000]);
    assert.deepEqual(repeat, [
      { playbook: "block", repeat: true },
      { playbook: "block", step, repeat: false },
    ]);
    assert.deepEqual(signatures, {
      required: true,
      trusted: [{ name: "The SOC", keyFile: join(folder.path, "soc.pem") }],
    });
    assert.deepEqual([load({}).manualTimeoutMs, load({}).signatures.required], [86_400_000, false]);
    assert.deepEqual(
      problems({
        commands: { yara: "no" },
        manualTimeoutMs: 0,
        repeat: [
          { playbook: "Block", repeat: true },
          { playbook: "block", step: "first", repeat: true },
          { playbook: "block", repeat: "yes" },
          { step, repeat: true },
        ],
        signatures: { trusted: [{ name: "a", keyFile: "a" }, { name: "a", keyFile: "b" }, { name: "b" }] },
      }),
      [
        'respond.commands.yara: "no": use true or false',
        "respond.manualTimeoutMs: 0: use a whole number from 1000 to 31536000000",
        "respond.repeat[0]: a mapping: playbook: use ids of playbooks, which are names of files without their endings",
        "respond.repeat[1]: a mapping: step: use the id of a step, such as action--…",
        "respond.repeat[2]: a mapping: repeat: use true or false",
        "respond.repeat[3]: a mapping: playbook: use ids of playbooks, which are names of files without their endings",
        "respond.signatures.trusted[2]: a mapping: use the path of a file, at most 4096 characters",
      ],
    );
    const twice = { playbook: "block", repeat: true };
    assert.deepEqual(problems({ repeat: [twice, twice], signatures: { required: true } }), [
      "respond.repeat[1]: a mapping: another entry is about the same",
    ]);
    assert.deepEqual(problems({ signatures: { required: true } }), [
      "respond.signatures.required: no playbook could be used: name in respond.signatures.trusted whose count",
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
