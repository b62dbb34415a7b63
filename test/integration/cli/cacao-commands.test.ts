import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { CliCluster } from "../../support/cli-cluster.ts";
import { action, idOf, playbookOf } from "../../support/cacao/playbook-source.ts";
import { signedPlaybook } from "../../support/cacao/signed.ts";
import { linesOf, runCommand } from "../../support/command-line.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

const marking = {
  type: "marking-tlp",
  id: idOf("marking-tlp", "amber"),
  created_by: idOf("identity", "test"),
  created: "2026-01-01T00:00:00.000Z",
  tlpv2_level: "TLP:AMBER",
};
const also = {
  valid_until: "2100-01-01T00:00:00.000Z",
  markings: [marking.id],
  data_marking_definitions: { [marking.id]: marking },
};

/** Somebody calls the owner of an address, and says the number of the ticket. */
const call = playbookOf("Call the owner", {
  variables: {
    __address__: { type: "ipv4-addr", external: true, description: "whose it is" },
    __ticket__: { type: "integer", value: null },
  },
  agents: { soc: { type: "individual" } },
  steps: {
    call: action(
      "Call the owner of __address__:value",
      { agent: "soc", in_args: ["__address__"], out_args: ["__ticket__"] },
      "manual",
    ),
  },
  also,
});
/** Nothing but an hour. */
const pause = playbookOf("Pause", {
  agents: { soc: { type: "individual" } },
  steps: { later: action("Look again", { agent: "soc", delay: 3_600_000 }, "manual") },
});

/** No node executes what it asks for. */
const old = playbookOf("Old", { steps: { act: action("Get-Process", {}, "powershell") } });
/** Started by the tests that start any. */
const mostRuns = 2;

const bindings = `id: call-on-attack
when: {kinds: [network-attack]}
run: [call]
variables: {__address__: {field: SourceIp}}
`;

describe("garrison playbook show, list, run and validate, run show and answer, with CACAO", function () {
  this.timeout(120_000);
  const folder = tempDir("cacao-commands");
  const playbooks = join(folder.path, "playbooks");
  const about = '{"kind":"network-attack","data":{"source":{"ip":"10.0.0.7"}}}';
  const keys = generateKeyPairSync("ed25519");
  let cluster: CliCluster;
  /** A run of `pause`, begun first so that it waits when its test comes. */
  let paused = "";

  const write = (path: string, content: unknown): string => {
    const file = join(folder.path, path);
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content, undefined, 2));
    return file;
  };

  before(async () => {
    await built();
    for (const name of ["playbooks", "rules", "more"]) mkdirSync(join(folder.path, name));
    write("playbooks/call.json", signedPlaybook(call, keys));
    write("playbooks/pause.json", pause);
    write("rules/bindings.yml", bindings);
    write("soc.pem", keys.publicKey.export({ type: "spki", format: "pem" }));
    const trusted = "signatures: { trusted: [{ name: Our SOC, keyFile: soc.pem }] }";
    const pool = "pool: { spare: 1, max: 4, warmThreads: 1 }";
    const config = write(
      "config.yaml",
      `respond: { playbooks: [playbooks], rules: [rules], leaseMs: 1000, ${trusted}, ${pool} }\n`,
    );
    cluster = new CliCluster(join(folder.path, "cluster"));
    await cluster.start("node-1", "--config", config);
    paused = await start("pause");
  });
  after(async () => {
    await cluster.close();
    folder.remove();
  });

  const start = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await cluster.run("playbook", "run", ...args, "--event", about);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  const shownOf = async (id: string): Promise<string> => (await cluster.run("run", "show", id)).stdout;
  const waiting = async (id: string): Promise<string> => {
    let shown = "";
    await until(
      async () => {
        shown = await shownOf(id);
        return /^state +waiting$/m.test(shown);
      },
      () => shown,
      20_000,
    );
    return shown;
  };

  it("playbook list has kind, markings, signature and validity; problems on standard error", async () => {
    const [listed, [listing]] = await Promise.all([cluster.run("playbook", "list"), cluster.json("playbook", "list")]);
    assert.match(listed.stdout, /call .*cacao .*manual .*call-on-attack .*TLP:AMBER .*trusted .*until 2100-01-01T/);
    assert.match(listed.stdout, /pause .*cacao .*none/);
    assert.equal(listed.stderr, "");
    const [first] = listing?.["playbooks"] as [{ cacao: Record<string, unknown> }];
    assert.deepEqual(first.cacao["external"], [{ name: "__address__", type: "ipv4-addr", description: "whose it is" }]);
  });

  it("playbook show has the markings first, signature, variables and the graph: of the node, and of a file", async () => {
    const file = join(playbooks, "call.json");
    const [ofNode, ofFile] = await Promise.all([
      cluster.run("playbook", "show", "call"),
      cluster.json("playbook", "show", file, "--config", join(folder.path, "config.yaml")),
    ]);
    assert.equal(ofNode.code, 0, ofNode.stderr);
    assert.match(ofNode.stdout, /^markings +TLP:AMBER$/m);
    assert.match(ofNode.stdout, /^signature +trusted, Our SOC: /m);
    assert.match(ofNode.stdout, /^__address__ \(ipv4-addr, external\): whose it is$/m);
    assert.match(ofNode.stdout, /action: call/);
    assert.match(ofNode.stdout, /^bindings +call-on-attack$/m);
    const { cacao, graph } = ofFile[0] as {
      cacao: { markings: unknown; signatures: { state: string }[] };
      graph: { nodes: { type: string }[]; edges: unknown[] };
    };
    assert.equal(cacao.signatures[0]?.state, "trusted");
    assert.deepEqual(graph.nodes.map(({ type }) => type).toSorted(), ["action", "end", "start"]);
    assert.equal(graph.edges.length, 2);
  });

  it("playbook show --svg writes the graph as a picture, with the markings", async () => {
    const output = join(folder.path, "call.svg");
    const { code, stdout, stderr } = await cluster.run("playbook", "show", "call", "--svg", "--output", output);
    assert.deepEqual([code, stdout], [0, ""], stderr);
    const svg = readFileSync(output, "utf8");
    assert.match(svg, /^<svg /);
    assert.match(svg, /TLP:AMBER/);
  });

  it("event send --dry-run shows what the binding gives to variables", async () => {
    const { code, stdout, stderr } = await runCommand(["event", "send", "-", "--dry-run"], {
      environment: cluster.environment,
      input: { text: about },
    });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /call by call-on-attack with __address__=10\.0\.0\.7, because/);
  });

  it("a person is asked with what to do it with, and answers with values of the right type; the run goes on", async () => {
    const id = await start("call", "--var", "__address__=10.0.0.9");
    const watched = await cluster.run("run", "watch", id);
    assert.equal(watched.code, 4, watched.stdout + watched.stderr);
    const shown = await shownOf(id);
    assert.match(shown, /^state +waiting$/m);
    const [, step = ""] = /--step (\d+)/.exec(shown) ?? [];
    for (const text of [shown, watched.stderr]) {
      assert.ok(text.includes(`garrison run answer ${id} --step ${step} --set __ticket__=… | --failed TEXT`), text);
      assert.match(text, /, for a person: Call the owner of 10\.0\.0\.9$/m);
      assert.match(text, /^ *__address__ = 10\.0\.0\.9$/m);
      assert.match(text, /^ *wants __ticket__ \(integer\)$/m);
    }
    assert.match(shown, /^ +call on soc: Call the owner of 10\.0\.0\.9$/m);

    const answer = (...flags: readonly string[]) => cluster.run("run", "answer", id, "--step", step, ...flags);
    const [misfit, repeated] = await Promise.all([answer("--set", "__ticket__=seven"), answer("--repeat")]);
    assert.deepEqual([misfit.code, repeated.code], [2, 2], misfit.stderr + repeated.stderr);
    assert.match(misfit.stderr, /__ticket__/);
    assert.match(repeated.stderr, /person|repeat/);
    const answered = await answer("--set", "__ticket__=7");
    assert.deepEqual([answered.code, answered.stdout], [0, `${id} answered, it goes on\n`], answered.stderr);
    assert.equal((await cluster.run("run", "watch", id)).code, 0);
    const [ended] = (await cluster.json("run", "show", id)) as readonly { output?: Record<string, unknown> }[];
    assert.equal(ended?.output?.["__ticket__"], "7");
    assert.match(await shownOf(id), /^ +→ __ticket__=7/m);
  });

  it("a run that waits for a time says until when, and holds nobody who cancels it", async () => {
    const shown = await waiting(paused);
    assert.match(shown, /^goes on +\d{4}-\d\d-\d\dT/m);
    assert.doesNotMatch(shown, /^asks: /m);
    assert.match(shown, /delay +started/);
    assert.match(shown, /: 60m00s$/m);
    assert.equal((await cluster.run("run", "cancel", paused)).stdout, `${paused} cancelled\n`);
    assert.match(await shownOf(paused), /delay +aborted/);
  });

  it("validate: a line for each reason and warning with its line; 1 when one is refused, and only signed ones when asked", async () => {
    write("more/old.json", old);
    write("more/broken.json", '{"type": "playbook"');
    write("more/odd.json", { ...pause, workflow_start: 7, id: idOf("playbook", "odd") });
    write("more/fine.json", { ...pause, id: idOf("playbook", "fine"), x_unknown: true });
    const more = join(folder.path, "more");
    const strict = write(
      "strict.yaml",
      "respond: { signatures: { required: true, trusted: [{ name: Our SOC, keyFile: soc.pem }] } }\n",
    );
    const [json, words, judged] = await Promise.all([
      runCommand(["playbook", "validate", more, "--json"]),
      runCommand(["playbook", "validate", join(more, "old.json"), join(more, "fine.json")]),
      runCommand(["playbook", "validate", playbooks, "--config", strict]),
    ]);
    assert.equal(json.code, 1, json.stderr);
    const rows = linesOf(json.stdout).map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const row of rows) {
      assert.deepEqual(Object.keys(row), [
        ...["file", "id", "kind", "status", "reasons", "warnings", "markings", "signatures"],
      ]);
    }
    const rowOf = (name: string) =>
      rows.find(({ id }) => id === name) as { status: string; reasons: object[]; warnings: object[] };
    assert.deepEqual(
      ["old", "broken", "odd", "fine"].map((name) => rowOf(name).status),
      ["refused", "invalid", "invalid", "supported"],
    );
    const [reason] = rowOf("old").reasons as { step: string; key: string; line: number; message: string }[];
    assert.deepEqual(Object.keys(reason ?? {}), ["step", "key", "line", "message"]);
    assert.equal(reason?.step, idOf("action", "Old act"));
    assert.equal(reason.key, `workflow.${reason.step}.commands[0].type`);
    const text = readFileSync(join(more, "old.json"), "utf8").split("\n");
    assert.match(text[reason.line - 1] ?? "", /"powershell"/);
    assert.match(JSON.stringify(rowOf("fine").warnings), /x_unknown/);

    assert.match(words.stdout, new RegExp(`old\\.json:${reason.line}: refused: workflow\\.`));
    assert.match(words.stdout, /fine\.json: supported$/m);
    assert.match(words.stdout, /fine\.json:\d+: warning: x_unknown: /);

    assert.equal(judged.code, 1, judged.stderr);
    assert.match(judged.stdout, /call\.json: supported, TLP:AMBER, signature trusted$/m);
    assert.match(judged.stdout, /pause\.json:1: refused: .*sign/);
  });

  it("bad usage ends with 2, in one line that says what would do, and starts nothing", async () => {
    const powershell = write("powershell.json", old);
    const event = ["--event", about];
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [["playbook", "show", "nosuch"], /nosuch/],
      [["playbook", "show", powershell], /refused: workflow\..*"powershell"/],
      [
        ["playbook", "run", "call", ...event, "--var", "__address__=ten"],
        /variables\.__address__: is not an IPv4 address/,
      ],
      [["playbook", "run", "call", ...event, "--var", "address=10.0.0.7"], /such as __address__=10\.0\.0\.7/],
    ];
    const ends = await Promise.all(cases.map(([args]) => cluster.run(...args)));
    ends.forEach(({ code, stdout, stderr }, at) => {
      const what = cases[at]?.[0].join(" ") ?? "";
      assert.deepEqual([code, stdout], [2, ""], `${what}: ${stderr}`);
      assert.match(stderr, cases[at]?.[1] ?? /never/);
      assert.equal(linesOf(stderr).length, 1, stderr);
    });
    const runs = await cluster.json("run", "list");
    assert.ok(runs.length <= mostRuns, JSON.stringify(runs));
  });
});
