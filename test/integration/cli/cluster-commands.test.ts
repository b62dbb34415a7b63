import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { CliCluster } from "../../support/cli-cluster.ts";
import { type Ended, linesOf } from "../../support/command-line.ts";
import type { Service } from "../../support/service.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

interface ShownActor {
  readonly path: string;
  readonly phase: string;
  readonly failures: number;
  readonly restarts: number;
  readonly children: readonly ShownActor[];
}

const find = (actor: ShownActor, path: string): ShownActor | undefined =>
  actor.path === path ? actor : actor.children.map((child) => find(child, path)).find((found) => found !== undefined);

describe("garrison cluster … and audit", function () {
  this.timeout(120_000);
  const folder = tempDir("cluster");
  let cluster: CliCluster;
  let second: Service;

  before(async () => {
    await built();
    cluster = new CliCluster(join(folder.path, "cluster"));
    await cluster.start("a");
    second = await cluster.start("b");
  });
  after(async () => {
    await cluster.close();
    folder.remove();
  });

  const actor = async (node: string, path: string): Promise<ShownActor | undefined> => {
    const [snapshot] = await cluster.json("cluster", "tree", "--on", node);
    const [shown] = snapshot?.["nodes"] as readonly { readonly node: string; readonly root: ShownActor }[];
    assert.equal(shown?.node, node);
    return find(shown.root, path);
  };
  const done = ({ code, stdout, stderr }: Ended): string => {
    assert.equal(code, 0, stderr);
    return stdout;
  };

  it("members are the nodes that are there, with their addresses and processes", async () => {
    const members = await cluster.json("cluster", "members");
    assert.deepEqual(members.map(({ id, state }) => `${String(id)} ${String(state)}`).toSorted(), ["a up", "b up"]);
    assert.equal(members.find(({ id }) => id === "a")?.["address"], cluster.address);
    assert.equal(members.find(({ id }) => id === "b")?.["pid"], second.running.child.pid);
    assert.match(done(await cluster.run("cluster", "members")), /│ b +│ up +│/);
  });

  it("the tree of all nodes, or of one", async () => {
    const [all = "", one = ""] = (
      await Promise.all([[], ["--on", "b"]].map((on) => cluster.run("cluster", "tree", ...on)))
    ).map(done);
    assert.match(all, /^a {2}up$[^]*^b {2}up, link up$/m);
    assert.match(all, /^├─ scan +running/m);
    assert.match(all, /^│ {2}│ {2}├─ probe-0 +running +0\/\d+ +\d+ +0 +0$/m);
    assert.match(one, /^b$/m);
    assert.doesNotMatch(one, /^a\b/m);
  });

  it("the tree of all nodes says which one does not answer, beside those that do", async () => {
    const frozen = await cluster.start("frozen");
    const pid = frozen.running.child.pid ?? 0;
    process.kill(pid, "SIGSTOP");
    try {
      const tree = done(await cluster.run("cluster", "tree"));
      assert.match(
        tree,
        /^frozen {2}(?:up(?:, link \w+)?: node frozen did not answer within 2000 ms|dead: node frozen is dead)/m,
      );
      assert.match(tree, /^a {2}up$[^]*^├─ scan +running/m);
    } finally {
      process.kill(pid, "SIGCONT");
      await frozen.end("SIGKILL");
    }
  });

  it("the tree again and again, until Ctrl-C, which is 130", async () => {
    const watching = cluster.command(["cluster", "tree", "--watch", "--interval", "100ms", "--json"]);
    await until(
      () => linesOf(watching.stdout()).length >= 3,
      () => watching.stderr(),
      10_000,
    );
    watching.child.kill("SIGINT");
    assert.equal((await watching.ended).code, 130);
  });

  it("kill is a failure that the supervisor answers with a restart; restart is none; stop ends it", async () => {
    assert.equal(
      done(await cluster.run("cluster", "kill", "/scan/probes/probe-1", "--on", "b")),
      "/scan/probes/probe-1 killed\n",
    );
    let probe: ShownActor | undefined;
    await until(
      async () => (probe = await actor("b", "/scan/probes/probe-1"))?.restarts === 1,
      () => probe,
      10_000,
    );
    assert.equal(probe?.failures, 1);

    done(await cluster.run("cluster", "restart", "/scan/probes/probe-2", "--on", "b"));
    assert.equal((await actor("b", "/scan/probes/probe-2"))?.failures, 0);

    done(await cluster.run("cluster", "stop", "/scan/retention", "--on", "b"));
    assert.equal(await actor("b", "/scan/retention"), undefined);
    assert.equal((await actor("a", "/scan/retention"))?.phase, "running");
  });

  it("queues, by name, with what is in them", async () => {
    const queues = await cluster.json("cluster", "queues");
    assert.deepEqual(
      // Those of kinds of detectors are there as soon as a host offers them.
      queues
        .map(({ space, name }) => `${String(space)}/${String(name)}`)
        .filter((name) => !name.startsWith("detect/kind-")),
      [
        ...["scan/tasks", "scan/subtasks", "respond/events", "respond/runs"],
        ...["detect/decide", "detect/deadline", "detect/callback", "detect/refresh", "detect/event"],
        "guard/event",
      ],
    );
    assert.match(done(await cluster.run("cluster", "queues")), /scan\/subtasks/);
  });

  it("the audit has what was changed and by which call, latest first", async () => {
    const records = await cluster.json("audit", "--limit", "3");
    assert.deepEqual(
      records.map(({ call, subject }) => [String(call).split("/").at(-1), String(subject).includes("/scan/")]),
      [
        ["StopActor", true],
        ["RestartActor", true],
        ["KillActor", true],
      ],
    );
    assert.match(done(await cluster.run("audit", "--limit", "1")), /StopActor/);
  });

  it("the audit says when there is more than --limit", async () => {
    const { code, stderr } = await cluster.run("audit", "--limit", "1");
    assert.equal(code, 0);
    assert.match(stderr, /there are more: --limit 1/);
    assert.equal((await cluster.json("audit", "--limit", "1")).length, 1);
  });

  it("what is not there is bad input: an actor, a node, a queue, a dead letter", async () => {
    const calls: readonly (readonly string[])[] = [
      ["kill", "/nope"],
      ["kill", "nope"],
      ["stop", "/scan", "--on", "nobody"],
      ["tree", "--on", "nobody"],
      ["drain", "nobody"],
      ["dead-letters", "scan/nope"],
      ["dead-letters", "nope"],
      ["replay", "scan/subtasks", "nope"],
      ["replay", "scan/subtasks"],
      ["replay", "scan/subtasks", "x", "--all"],
      ["tree", "--watch", "--interval", "1ms"],
    ];
    const ends = await Promise.all(calls.map((call) => cluster.run("cluster", ...call)));
    ends.forEach(({ code, stderr }, at) => {
      assert.equal(code, 2, `${calls[at]?.join(" ")}: ${stderr}`);
      assert.equal(linesOf(stderr).length, 1, stderr);
    });
    assert.equal(done(await cluster.run("cluster", "dead-letters", "scan/subtasks")), "no dead letters\n");
    assert.equal(done(await cluster.run("cluster", "replay", "scan/subtasks", "--all")), "");
  });

  it("drain lets a node hand back its work and end with 0; it has left for those that stay", async () => {
    assert.deepEqual(await cluster.json("cluster", "drain", "b"), [{ node: "b", draining: true }]);
    assert.equal((await second.running.ended).code, 0);
    const members = await cluster.json("cluster", "members");
    assert.equal(members.find(({ id }) => id === "b")?.["state"], "left");
  });

  describe("which node is called, and as whom", () => {
    const call = (environment: Readonly<Record<string, string>>, ...flags: readonly string[]): Promise<Ended> =>
      cluster.command(["cluster", "members", "--json", ...flags], { environment }).ended;

    it("--node goes before GARRISON_NODE, and that before the config", async () => {
      const config = join(folder.path, "client.yaml");
      writeFileSync(
        config,
        `listen: {grpc: "${cluster.address}"}\ncontrol: {tokenFile: ${JSON.stringify(cluster.tokenFile)}}\n`,
      );
      const elsewhere = { XDG_STATE_HOME: folder.path };
      const ends = await Promise.all([
        call({ GARRISON_NODE: "127.0.0.1:1" }, "--node", cluster.address),
        call({ GARRISON_NODE: "", ...elsewhere }, "--config", config),
      ]);
      for (const { code, stderr } of ends) assert.equal(code, 0, stderr);
    });

    it("a node that cannot be reached is a failure, in one line that says what would do", async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      const { port } = server.address() as AddressInfo;
      await new Promise((resolve) => server.close(resolve));
      for (const args of [
        ["cluster", "members"],
        ["scan", "watch", "x"],
        ["scan", "stop-all"],
      ]) {
        const { code, stdout, stderr } = await cluster.run(...args, "--node", `127.0.0.1:${port}`);
        assert.equal(code, 1, stderr);
        assert.equal(stdout, "");
        assert.match(stderr, /^garrison: no answer from the node at 127\.0\.0\.1:\d+.*garrison up/);
        assert.equal(linesOf(stderr).length, 1);
      }
    });

    it("a token that is not the cluster's, is not there, or can be read by others, is bad input", async () => {
      const wrong = join(folder.path, "wrong-token");
      writeFileSync(wrong, `${"A".repeat(43)}\n`, { mode: 0o600 });
      const open = join(folder.path, "open-token");
      writeFileSync(open, `${"A".repeat(43)}\n`);
      chmodSync(open, 0o644);
      const cases: readonly (readonly [string, RegExp])[] = [
        [wrong, /refuses the token in .*wrong-token/],
        [join(folder.path, "nowhere"), /no operator token at .*nowhere/],
        [open, /open-token/],
      ];
      for (const [file, expected] of cases) {
        const { code, stderr } = await call({ GARRISON_CONTROL__TOKENFILE: file });
        assert.equal(code, 2, stderr);
        assert.match(stderr, expected);
        assert.doesNotMatch(stderr, /AAAA/);
      }
    });

    it("an address beyond this machine, or none, is refused before anything is sent", async () => {
      for (const address of ["0.0.0.0:1", "[::]:1", "127.0.0.1", "127.0.0.1:0", "http://127.0.0.1:1"]) {
        const { code, stderr } = await call({}, "--node", address);
        assert.equal(code, 2, `${address}: ${stderr}`);
        assert.equal(linesOf(stderr).length, 1);
      }
    });
  });
});
