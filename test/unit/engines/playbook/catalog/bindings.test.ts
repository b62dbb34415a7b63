import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import type { EventData } from "../../../../../src/engines/events/index.ts";
import { emptyPlaybook, event, type Folders, folders } from "./folders.ts";

const sigma = (title: string, text: string): string =>
  `title: ${title}\nlogsource: {product: windows}\ndetection:\n  selection:\n    CommandLine|contains: ${text}\n  condition: selection\n`;

describe("bindings", () => {
  let made: Folders | undefined;
  const having = (files: Readonly<Record<string, string>>): Folders =>
    (made = folders({ "playbooks/a.js": emptyPlaybook, "playbooks/b.js": `${emptyPlaybook}//b`, ...files }));
  afterEach(() => made?.remove());

  /** `place: message` of each problem of one file of bindings. */
  const problemsOf = async (text: string): Promise<readonly string[]> => {
    const { problems, bindings } = await having({ "rules/x.yml": text }).load();
    assert.deepEqual(bindings, []);
    return problems.map(({ at, message }) => `${at}: ${message}`);
  };

  it("is read with its limits in milliseconds, in the order of ids, and left out when it is not enabled", async () => {
    const { bindings, problems } = await having({
      "rules/x.yaml":
        "id: z\nwhen: {kinds: [mining]}\nrun: [a, b]\npriority: 7\ntitle: Zed\ndedup: {by: [host], window: 10m}\nrate: {events: 5, per: 90s}\n" +
        "---\nid: m\nwhen: {sources: [edr]}\nrun: [a]\n---\nid: off\nenabled: false\nwhen: {kinds: ['*']}\nrun: [a]\n",
    }).load();
    assert.deepEqual(problems, []);
    assert.deepEqual(bindings, [
      { id: "m", title: undefined, run: ["a"], priority: 100, dedup: undefined, rate: undefined, variables: {} },
      {
        id: "z",
        title: "Zed",
        run: ["a", "b"],
        priority: 7,
        dedup: { by: ["host"], windowMs: 600_000 },
        rate: { events: 5, perMs: 90_000 },
        variables: {},
      },
    ]);
  });

  it("applies when kind, source and detection agree, and says why", async () => {
    const catalog = await having({
      "rules/x.yml":
        "id: all\nwhen:\n  kinds: [mining, ransomware]\n  sources: [edr]\n  detection:\n    pool:\n      url|contains: stratum\n    condition: pool\nrun: [a]\n",
    }).load();
    const data = { url: "STRATUM+tcp://pool" };
    const [choice, ...more] = catalog.choose(event({ source: "edr", data }));
    assert.deepEqual(more, []);
    assert.equal(choice?.binding.id, "all");
    assert.equal(choice.playbook, catalog.playbooks.get("a"));
    assert.equal(choice.dedupKey, undefined);
    assert.equal(choice.because, "kind mining, source edr, pool");
    for (const other of [{ data }, { source: "edr", kind: "virus-intrusion", data }, { source: "edr" }]) {
      assert.deepEqual(catalog.choose(event(other)), []);
    }
  });

  it("runs a playbook once for an event, for the first binding that names it, in the order of ids", async () => {
    const catalog = await having({
      "rules/x.yml": "id: two\nwhen: {kinds: ['*']}\nrun: [b, a]\n---\nid: one\nwhen: {sources: [sensor]}\nrun: [a]\n",
    }).load();
    const chosen = catalog.choose(event({ kind: "anything" }));
    assert.deepEqual(
      chosen.map(({ binding, playbook }) => `${binding.id} ${playbook.id}`),
      ["one a", "two b"],
    );
  });

  it("uses the Sigma rules that it names by file, folder and pattern, and not those that none names", async () => {
    const catalog = await having({
      "rules/x.yml":
        "id: file\nwhen: {rule: beside.yml}\nrun: [a]\n---\nid: folder\nwhen: {rules: win}\nrun: [a]\n---\nid: pattern\nwhen: {rules: ['win/proc_*.yml']}\nrun: [b]\n",
      "rules/beside.yml": sigma("Beside", "needle"),
      "rules/win/proc_1.yml": sigma("One", "first"),
      "rules/win/deep/proc_2.yml": sigma("Two", "second"),
      "rules/unused/bad.yml": "detection: 1",
    }).load();
    assert.deepEqual(catalog.problems, []);
    const chosenFor = (line: string) =>
      catalog.choose(event({ data: { CommandLine: line } })).map(({ binding, because }) => `${binding.id}: ${because}`);
    assert.deepEqual(chosenFor("NEEDLE"), [`file: rule "Beside" (selection)`]);
    assert.deepEqual(chosenFor("first"), [`folder: rule "One" (selection)`, `pattern: rule "One" (selection)`]);
    assert.deepEqual(chosenFor("second"), [`folder: rule "Two" (selection)`]);
    assert.deepEqual(chosenFor("other"), []);
    assert.deepEqual(catalog.choose(event({ logsource: { product: "linux" }, data: { CommandLine: "needle" } })), []);
  });

  it("is never left without the condition that it was written with", async () => {
    const found = having({
      "rules/x.yml": "id: x\nwhen: {kinds: [mining], rules: [bad.yml]}\nrun: [a]\n",
      "rules/bad.yml": sigma("Bad", "x").replace("contains", "contanis"),
    });
    symlinkSync("/etc/hostname", join(found.rules, "linked.yml"));
    const catalog = await found.load();
    assert.deepEqual(catalog.choose(event()), []);
    assert.deepEqual(
      catalog.problems.map(({ file, at }) => [file.split("/").at(-1), at]),
      [
        ["linked.yml", ""],
        ["x.yml", "line 1: when"],
        ["bad.yml", "line 1: detection.selection.CommandLine|contanis"],
      ],
    );
  });

  it("is refused with the place of what is wrong", async () => {
    const problems = await problemsOf(
      [
        "id: x\nwhne: 1\nwhen: {kinds: [mining], kidns: 1}\nrun: [a]",
        "id: Not An Id\nwhen: {}\nrun: []",
        "id: x\nwhen: {kinds: [a b]}\nrun: [a, a]\npriority: 256",
        "id: x\nwhen: {kinds: [m]}\nrun: [a]\ndedup: {by: [h], window: 10 minutes}\nrate: {events: 0, per: 2d}",
        "id: x\nwhen: {detection: {s: {f: 1}, condition: s}, rule: a.yml}\nrun: [a]",
        "id: x\nwhen: {detection: {s: {'f|nope': 1}, condition: s}}\nrun: [a]",
        "id: x\nwhen: {rule: ../outside.yml}\nrun: [a]",
        "id: x\nwhen: {kinds: [m], logsource: {product: windows}}\nrun: [a]",
        "just text",
      ].join("\n---\n"),
    );
    assert.deepEqual(problems, [
      'line 1: when: binding "x": Unrecognized key: "kidns"',
      'line 1: binding "x": Unrecognized key: "whne"',
      'line 6: id: binding "Not An Id": is no id: /^[a-z0-9][a-z0-9._-]{0,62}$/',
      'line 6: when: binding "Not An Id": has no condition: give kinds ("*" for every one), sources, detection, rule or rules',
      'line 6: run: binding "Not An Id": Too small: expected array to have >=1 items',
      'line 10: when.kinds.0: binding "x": is neither "*" nor /^[a-z0-9][a-z0-9.-]{0,62}$/',
      'line 10: run: binding "x": names a playbook twice',
      'line 10: priority: binding "x": Too big: expected number to be <=255',
      'line 15: dedup.window: binding "x": is a duration from 1s to 7d, such as 90s, 10m or 2h',
      'line 15: rate.events: binding "x": Too small: expected number to be >=1',
      'line 15: rate.per: binding "x": is a duration from 1s to 1d, such as 90s, 10m or 2h',
      'line 21: when: binding "x": has more than one of detection, rule and rules: make a binding of each',
      'line 33: when: binding "x": has a logsource without a detection: a rule brings its own',
      "line 37: a binding: Invalid input: expected object, received string",
      'line 25: binding "x": when.detection.s.f|nope: the modifier "nope" is unknown',
      'line 29: when: binding "x": names ../outside.yml, which is not in the folder of rules: give a path from there',
    ]);
  });

  it("names itself and a playbook that is not there, and runs the others", async () => {
    const catalog = await having({ "rules/x.yml": "id: x\nwhen: {kinds: ['*']}\nrun: [gone, a]\n" }).load();
    assert.deepEqual(
      catalog.problems.map(({ at, message }) => [at, message]),
      [["line 1: run", 'binding "x": there is no playbook "gone"']],
    );
    assert.deepEqual(
      catalog.choose(event()).map(({ playbook }) => playbook.id),
      ["a"],
    );
  });

  it("names both places of two bindings with one id, and uses the first", async () => {
    const binding = (kind: string): string => `id: x\nwhen: {kinds: [${kind}]}\nrun: [a]\n`;
    const catalog = await having({ "rules/1.yml": binding("mining"), "rules/2.yml": binding("other") }).load();
    assert.equal(catalog.choose(event()).length, 1);
    assert.equal(catalog.choose(event({ kind: "other" })).length, 0);
    assert.match(catalog.problems[0]?.message ?? "", /binding "x" stands already in .*1\.yml, line 1/);
  });

  it("gives events that agree in the fields of dedup one key, wherever the fields stand", async () => {
    const catalog = await having({
      "rules/x.yml":
        "id: x\nwhen: {kinds: ['*']}\nrun: [a]\ndedup: {by: [host.name, user], window: 1m}\n" +
        "---\nid: y\nwhen: {kinds: ['*']}\nrun: [b]\ndedup: {by: [$source], window: 1m}\n",
    }).load();
    const keysOf = (data: object, source = "s") =>
      catalog.choose(event({ source, data: { ...data } })).map(({ dedupKey }) => dedupKey);
    const [key, sourceKey] = keysOf({ host: { name: "h" }, user: "u" });
    assert.match(key ?? "", /^[0-9a-f]{64}$/);
    assert.deepEqual(keysOf({ "host.name": "h", user: "u", other: 1 }), [key, sourceKey]);
    assert.notEqual(keysOf({ host: { name: "h" }, user: "v" })[0], key);
    assert.notEqual(keysOf({ host: { name: "h" } })[0], key);
    assert.notEqual(keysOf({ host: { name: "h" }, user: "u" }, "other")[1], sourceKey);
    // Nothing says that two events without any of the fields are the same.
    assert.equal(keysOf({ other: 1 })[0], undefined);
  });

  it("gives variables what the event has and what it says itself, and leaves out what the event has not", async () => {
    const catalog = await having({
      "rules/x.yml":
        "id: x\nwhen: {kinds: ['*']}\nrun: [a]\nvariables:\n  __address__: {field: SourceIp}\n  __port__: {field: port}\n" +
        "  __team__: {value: blue}\n  __level__: {value: 7}\n  __from__: {field: $source}\n",
    }).load();
    assert.deepEqual(catalog.problems, []);
    const given = (data: EventData) => catalog.choose(event({ source: "edr", data }))[0]?.variables;
    const always = { __team__: "blue", __level__: "7", __from__: "edr" };
    const address = { __address__: "10.0.0.7" };
    assert.deepEqual(given({ source: { ip: "10.0.0.7" }, port: 22 }), { ...always, ...address, __port__: "22" });
    assert.deepEqual(given({ source: { ip: [null, "10.0.0.7", "10.0.0.8"] }, port: null }), { ...always, ...address });
    // Found as rules find it: CEF has another name for it.
    assert.deepEqual(given({ src: "10.0.0.7" }), { ...always, ...address });
    assert.deepEqual(given({ source: { ip: "x".repeat(4_097) }, port: { a: 1 } }), always);
  });

  it("names a variable whose name or value is none", async () => {
    const problems = await problemsOf(
      [
        "id: x\nwhen: {kinds: [m]}\nrun: [a]\nvariables: {address: {value: 1}}",
        "id: x\nwhen: {kinds: [m]}\nrun: [a]\nvariables: {__a__: {field: f, value: v}}",
        "id: x\nwhen: {kinds: [m]}\nrun: [a]\nvariables: {__a__: text}",
        "id: x\nwhen: {kinds: [m]}\nrun: [a]\nvariables: [__a__]",
        `id: x\nwhen: {kinds: [m]}\nrun: [a]\nvariables: {__a__: {value: ${"x".repeat(4_097)}}}`,
        `id: x\nwhen: {kinds: [m]}\nrun: [a]\nvariables: {${Array.from({ length: 33 }, (_, at) => `__v${at}__: {value: v}`).join(", ")}}`,
      ].join("\n---\n"),
    );
    assert.deepEqual(
      problems.map((problem) => problem.replace(/^line \d+: /, "")),
      [
        'variables.address: binding "x": is no name of a variable, such as __address__',
        'variables.__a__: binding "x": is {field: NAME}, of the event, or {value: TEXT}',
        'variables.__a__: binding "x": is {field: NAME}, of the event, or {value: TEXT}',
        'variables: binding "x": are names with a field or a value each, such as __address__: {field: source.ip}',
        'variables.__a__.value: binding "x": has at most 4096 characters',
        'variables: binding "x": are at most 32',
      ],
    );
  });

  it("has a version that changes with what decides, and with nothing else", async () => {
    const text = "id: x\nwhen: {rule: sigma/r.yml}\nrun: [a]\n";
    const found = having({ "rules/x.yml": text, "rules/sigma/r.yml": sigma("R", "one") });
    const { version } = await found.load();
    found.write("rules/renamed.yml", `# a comment\n${text}`);
    found.write("rules/x.yml", "");
    assert.equal((await found.load()).version, version);
    found.write("rules/sigma/r.yml", sigma("R", "two"));
    const other = (await found.load()).version;
    assert.notEqual(other, version);
    found.write("playbooks/a.js", `${emptyPlaybook}export const title = "x";`);
    assert.notEqual((await found.load()).version, other);
  });
});
