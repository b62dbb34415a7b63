import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { CliCluster } from "../../support/cli-cluster.ts";
import { linesOf, type Running } from "../../support/command-line.ts";
import { writeRespondContent } from "../../support/respond-content.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

describe("garrison event send, list, show", function () {
  this.timeout(120_000);
  const folder = tempDir("event-send");
  let cluster: CliCluster;
  let config: string;

  before(async () => {
    await built();
    config = writeRespondContent(folder.path);
    cluster = new CliCluster(join(folder.path, "cluster"));
    await cluster.start("node-1", "--config", config);
  });
  after(async () => {
    await cluster.close();
    folder.remove();
  });

  const file = (name: string, lines: readonly (string | object)[]): string => {
    const path = join(folder.path, name);
    writeFileSync(path, lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""));
    return path;
  };
  const event = (source: string, id: string, host = "db"): object => ({ id, source, kind: "mining", data: { host } });
  /** What the cluster has of a source, by id. */
  const stored = async (source: string, from = cluster): Promise<ReadonlySet<string>> => {
    const events = await from.json("event", "list", "--limit", "100000");
    const keys = events.map(({ key }) => String(key)).filter((key) => key.startsWith(`${source}/`));
    return new Set(keys.map((key) => key.slice(source.length + 1)));
  };
  const printed = (running: Running): readonly string[] => linesOf(running.stdout());

  it("sends what can be sent, names what cannot with its line, and ends with 2; the same again is known", async () => {
    const mixed = file("mixed.ndjson", [
      event("mixed", "one"),
      '{"kind":"mining","data":',
      "CEF:0|Acme|IDS|2.1|100|Port scan|7|src=10.0.0.9 dpt=22",
      { source: "mixed", kind: "mining", data: { host: "db" }, sauce: 1 },
      event("mixed", "two"),
    ]);
    const first = await cluster.run("event", "send", mixed, "--source", "mixed", "--kind", "network-attack");
    assert.equal(first.code, 2, first.stderr);
    const keys = linesOf(first.stdout);
    assert.deepEqual([keys[0], keys[2], keys.length], ["mixed/one", "mixed/two", 3]);
    assert.match(first.stderr, /mixed\.ndjson:2: is not JSON$/m);
    assert.match(first.stderr, /mixed\.ndjson:4: "sauce" is unknown here/m);
    assert.match(first.stderr, /^3 events accepted, the last one of line 5$/m);
    const again = await cluster.run("event", "send", mixed, "--source", "mixed", "--kind", "network-attack", "--json");
    const rows = linesOf(again.stdout).map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    assert.deepEqual(
      rows.map(({ line, status }) => [line, status]),
      [
        [1, "known"],
        [2, "invalid"],
        [3, "accepted"],
        [4, "invalid"],
        [5, "known"],
      ],
    );
    // What has no id of its own is another event each time.
    assert.equal((await stored("mixed")).size, 4);
  });

  it("takes an array and indented objects, and from standard input as it comes", async () => {
    const text = JSON.stringify([event("array", "a"), event("array", "b")], undefined, 2);
    const array = await cluster.run("event", "send", file("array.json", [text]));
    assert.deepEqual(linesOf(array.stdout), ["array/a", "array/b"], array.stderr);
    const running = cluster.command(["event", "send", "-"], { input: "pipe" });
    running.child.stdin?.write(`${JSON.stringify(event("piped", "a"))}\n`);
    await until(
      () => printed(running).length === 1,
      () => running.stderr(),
      20_000,
    );
    running.child.stdin?.write('{"id"');
    running.child.kill("SIGINT");
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 130, stderr);
    assert.deepEqual(linesOf(stdout), ["piped/a"]);
    assert.match(stderr, /^1 event accepted, the last one of line 1$/m);
  });

  it("--dry-run says which playbooks would run and why, and stores nothing", async () => {
    const dry = file("dry.ndjson", [
      { source: "dry", kind: "ransomware", data: { host: "web-1" } },
      { source: "dry", kind: "ransomware", data: { host: "db-1" } },
    ]);
    const [text, json] = await Promise.all([
      cluster.run("event", "send", dry, "--dry-run"),
      cluster.run("event", "send", dry, "--dry-run", "--json"),
    ]);
    assert.equal(text.code, 0, text.stderr);
    assert.match(text.stdout, /^line 1 ransomware: greet by greet-ransomware, because .*web/m);
    assert.match(text.stdout, /^line 2 ransomware: no binding is for it$/m);
    assert.match(text.stderr, /^2 events: 1 would start playbooks, 1 none; nothing was sent$/m);
    const rows = linesOf(json.stdout).map((line) => JSON.parse(line) as { line: number; choices: unknown[] });
    assert.deepEqual(
      rows.map(({ line, choices }) => [line, choices.length]),
      [
        [1, 1],
        [2, 0],
      ],
    );
    assert.equal((await stored("dry")).size, 0);
  });

  it("at Ctrl-C prints what was acknowledged, loses none of it, and says to which line it came", async () => {
    const many = file(
      "many.ndjson",
      Array.from({ length: 60_000 }, (_, at) => event("many", `e${at + 1}`)),
    );
    const running = cluster.command(["event", "send", many]);
    await until(
      () => printed(running).length >= 250,
      () => running.stderr(),
      20_000,
    );
    running.child.kill("SIGINT");
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 130, stderr);
    const keys = linesOf(stdout);
    assert.ok(keys.length < 60_000, "all were sent before the interruption");
    assert.match(stderr, new RegExp(`^${keys.length} events accepted, the last one of line ${keys.length}$`, "m"));
    assert.deepEqual(
      keys,
      keys.map((_, at) => `many/e${at + 1}`),
    );
    let kept: ReadonlySet<string> = new Set();
    await until(
      async () => (kept = await stored("many")).size >= keys.length,
      () => kept.size,
      30_000,
    );
    assert.equal(kept.size, keys.length);
  });

  it("goes on when its node is killed and another one is there: nothing is lost, nothing is there twice", async () => {
    const fragile = new CliCluster(join(folder.path, "fragile"));
    try {
      const first = await fragile.start("node-1", "--config", config);
      const count = 10_000;
      const across = file(
        "across.ndjson",
        Array.from({ length: count }, (_, at) => event("across", `e${at + 1}`)),
      );
      const running = fragile.command(["event", "send", across]);
      await until(
        () => printed(running).length >= 250,
        () => running.stderr(),
        20_000,
      );
      await first.end("SIGKILL");
      assert.ok(printed(running).length < count, "everything was sent before the kill");
      // Another one: it need not wait until the first is known to be dead.
      await fragile.start("node-2", "--config", config, "--grpc", fragile.address);
      const { code, stdout, stderr } = await running.ended;
      assert.equal(code, 0, stderr);
      assert.match(stderr, /; trying again$/m);
      assert.deepEqual(
        linesOf(stdout),
        Array.from({ length: count }, (_, at) => `across/e${at + 1}`),
      );
    } finally {
      await fragile.close();
    }
  });

  it("shows an event with what became of it, and nothing of it reaches a terminal as a command", async () => {
    const hostile = { note: "\u001b[2J\u009b2J\u202e", "\u001b[31mkey": 1 };
    const sent = file("hostile.json", [{ id: "h1", source: "hostile", kind: "mining", data: hostile }]);
    assert.equal((await cluster.run("event", "send", sent)).code, 0);
    let state: unknown;
    await until(
      async () => (state = (await cluster.json("event", "show", "hostile/h1"))[0]?.["state"]) === "unmatched",
      () => state,
      20_000,
    );
    const [text, json, list] = await Promise.all([
      cluster.run("event", "show", "hostile/h1"),
      cluster.run("event", "show", "hostile/h1", "--json"),
      cluster.run("event", "list", "--state", "unmatched", "--limit", "3"),
    ]);
    assert.match(text.stdout, /^state +unmatched$/m);
    for (const { stdout } of [text, json, list]) assert.doesNotMatch(stdout, /[^\P{Cc}\n]|\p{Cf}/u);
    assert.deepEqual((JSON.parse(json.stdout) as { event: { data: unknown } }).event.data, hostile);
  });

  it("refuses before anything is sent: no file, no event, flags that cannot be, unknown keys", async () => {
    const none = file("none.ndjson", ["", " "]);
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [["event", "send", join(folder.path, "nowhere")], /nowhere: cannot be read: ENOENT/],
      [["event", "send", none], /none\.ndjson: there is no event in it/],
      [["event", "send", none, "--dry-run"], /none\.ndjson: there is no event in it/],
      [["event", "send", none, "--kind", "Not A Kind"], /--kind.*Use 1 to 63 of a-z/],
      [["event", "send", none, "--logsource", "os=linux"], /category=…, product=… or service=…/],
      [["event", "list", "--state", "open"], /Use some of waiting, matched/],
      [["event", "show", "no/such"], /no\/such: /],
    ];
    const ends = await Promise.all(cases.map(([args]) => cluster.run(...args)));
    ends.forEach(({ code, stdout, stderr }, at) => {
      assert.equal(code, 2, `${cases[at]?.[0].join(" ")}: ${stderr}`);
      assert.equal(stdout, "");
      assert.match(stderr, cases[at]?.[1] ?? /never/);
    });
  });
});
