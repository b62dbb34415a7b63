import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { built, inRepository } from "../../support/built.ts";
import { linesOf } from "../../support/command-line.ts";
import { freezeOutsideOfStore } from "../../support/freeze.ts";
import { freePorts, lives, Service } from "../../support/service.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

describe("garrison node", function () {
  this.timeout(120_000);
  const folder = tempDir("cli-node");
  const services: Service[] = [];
  let states = 0;

  before(built);
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.end("SIGKILL")));
  });
  after(() => folder.remove());

  /** A state folder that no other test has. */
  const state = (): string => join(folder.path, `state-${(states += 1)}`);
  const storeOf = (state: string): string => join(state, "garrison", "store");
  const start = (state: string, ...args: readonly string[]): Service => {
    const service = new Service(state, ["node", ...freePorts, ...args]);
    services.push(service);
    return service;
  };

  it("says that it is ready, serves, and ends in order: code 0 at SIGTERM, 130 at Ctrl-C", async () => {
    const own = state();
    for (const [signal, code] of [
      ["SIGTERM", 0],
      ["SIGINT", 130],
    ] as const) {
      const node = start(own);
      const ready = await node.event("ready");
      assert.deepEqual(
        { id: ready.id, pid: ready.pid },
        { id: "node-1", pid: node.running.child.pid },
        "the second one had to wait: the first did not leave in order",
      );
      const answer = await fetch(`http://${ready.http}/readyz`);
      assert.equal(answer.status, 200);
      assert.deepEqual(await node.members(ready.address), ["node-1 up"]);
      const ended = await node.end(signal);
      assert.equal(ended.code, code, ended.stderr);
      assert.equal(linesOf(ended.stdout).length, 1);
    }
  });

  it("ends with code 0 when it was drained by a call, and has left for those that stay", async () => {
    const own = state();
    const [first, second] = [start(own, "--id", "a"), start(own, "--id", "b")];
    const [a] = await Promise.all([first.event("ready"), second.event("ready")]);
    const client = first.client(a.address ?? "");
    await client.control.drain("b");
    assert.equal((await second.running.ended).code, 0);
    client.close();
    assert.deepEqual(await first.members(a.address), ["a up", "b left"]);
  });

  it("is not ready once its work has ended for good, and still ends in order", async () => {
    const node = start(state());
    const { address = "", http = "" } = await node.event("ready");
    const client = node.client(address);
    const readyz = async (): Promise<number> => (await fetch(`http://${http}/readyz`)).status;
    await client.control.restart("", "/scan");
    assert.equal(await readyz(), 200);
    await client.control.stop("", "/scan");
    await until(
      async () => (await readyz()) === 503,
      () => node.running.stderr(),
    );
    assert.deepEqual(await node.members(address), ["node-1 up"]);
    client.close();
    assert.equal((await node.end("SIGTERM")).code, 0);
  });

  it("ends when its standard input is a pipe that ends, and not when it is no pipe", async () => {
    const own = state();
    const args = [inRepository("dist/bin/garrison.js"), "node", "--json", ...freePorts, "--id", "piped"];
    const child = spawn(process.execPath, args, {
      stdio: ["pipe", "pipe", "ignore"],
      env: { ...process.env, XDG_STATE_HOME: own },
    });
    await once(child.stdout, "data");
    child.stdin.end();
    const [code] = (await once(child, "close")) as [number | null];
    assert.equal(code, 0);
  });

  it("refuses an id that is in use and a port that is in use, each with what to change", async () => {
    const own = state();
    const first = start(own);
    const ready = await first.event("ready");
    const same = await start(own).running.ended;
    assert.equal(same.code, 1, same.stderr);
    assert.match(same.stderr, new RegExp(`"node-1" is in use by process ${ready.pid} at ${ready.address}`));

    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    for (const key of ["grpc", "http"]) {
      const taken = await start(own, "--id", "b", `--${key}`, `127.0.0.1:${port}`).running.ended;
      assert.equal(taken.code, 1, taken.stderr);
      const [line = "", ...more] = linesOf(taken.stderr).filter((text) => text.startsWith("garrison: "));
      assert.match(line, new RegExp(`127\\.0\\.0\\.1:${port}.*in use.*--${key} \\(listen\\.${key}\\)`, "i"));
      assert.deepEqual(more, []);
    }
    server.close();
    assert.deepEqual(await first.members(ready.address), ["node-1 up"], "one that could not start is a member");
  });

  it("takes the place of one that was killed, and is not ready before it is a member", async () => {
    const own = state();
    const killed = start(own);
    const { http = "" } = await killed.event("ready");
    await killed.end("SIGKILL");
    const next = start(own, "--http", http);
    const statuses = new Set<number>();
    await until(
      async () => {
        const answer = await fetch(`http://${http}/readyz`).catch(() => undefined);
        if (answer !== undefined) statuses.add(answer.status);
        return answer?.status === 200;
      },
      () => ({ statuses: [...statuses], stderr: next.running.stderr() }),
      30_000,
    );
    assert.deepEqual([...statuses], [503, 200]);
    const ready = await next.event("ready");
    assert.deepEqual(await next.members(ready.address), ["node-1 up"]);
  });

  it("runs only what its roles say", async () => {
    const ofEveryRole = new Set(["/scan/hints", "/scan/retention"]);
    const trees: (readonly string[])[] = [];
    for (const role of ["scheduler", "probe"]) {
      const node = new Service(state(), ["node", ...freePorts], { environment: { GARRISON_NODE__ROLES: role } });
      services.push(node);
      const { address = "" } = await node.event("ready");
      const client = node.client(address);
      for await (const [only] of client.control.watchActors({}, new AbortController().signal)) {
        const scan = only?.root?.children.find(({ path }) => path === "/scan");
        trees.push((scan?.children ?? []).map(({ path }) => path).filter((path) => !ofEveryRole.has(path)));
      }
      client.close();
    }
    assert.deepEqual(trees, [["/scan/scheduler"], ["/scan/probes"]]);
  });

  it("ends with code 75 when it was frozen and another process has its id meanwhile", async () => {
    const own = state();
    const frozen = start(own);
    const first = await frozen.event("ready");
    await freezeOutsideOfStore(first.pid ?? 0, storeOf(own));
    const next = start(own);
    const ready = await next.event("ready");
    frozen.running.child.kill("SIGCONT");
    const ended = await frozen.running.ended;
    assert.equal(ended.code, 75, ended.stderr);
    assert.equal(lives(first.pid ?? 0), false);
    assert.deepEqual(await next.members(ready.address), ["node-1 up"]);
    assert.equal((await next.end("SIGTERM")).code, 0);
  });

  it("is declared dead by the others when it was frozen, ends with code 75 and comes back as a new incarnation", async () => {
    const own = state();
    const [frozen, other] = [start(own, "--id", "a"), start(own, "--id", "b")];
    const [first, ready] = await Promise.all([frozen.event("ready"), other.event("ready")]);
    await freezeOutsideOfStore(first.pid ?? 0, storeOf(own));
    const seen: (readonly string[])[] = [];
    const reach = (wanted: readonly string[]): Promise<void> =>
      until(
        async () => {
          const now = await other.members(ready.address);
          seen.push(now);
          return String(now) === String(wanted);
        },
        () => ({ seen: seen.slice(-3), stderr: other.running.stderr() }),
        30_000,
      );
    await reach(["a dead", "b up"]);
    frozen.running.child.kill("SIGCONT");
    const ended = await frozen.running.ended;
    assert.equal(ended.code, 75, ended.stderr);
    const again = start(own, "--id", "a");
    await again.event("ready");
    await reach(["a up", "b up"]);
    assert.equal((await again.end("SIGTERM")).code, 0);
    await reach(["a left", "b up"]);
  });

  it("nodes with different working directories share the store that a config file names relatively", async () => {
    const own = state();
    const etc = join(own, "etc");
    const places = ["x", "y"].map((name) => join(own, name));
    for (const path of [etc, ...places]) mkdirSync(path, { recursive: true });
    const file = join(etc, "garrison.yaml");
    writeFileSync(file, "store: {url: lmdb:../data}\ncontrol: {tokenFile: ../garrison/operator-token}\n");
    const nodes = places.map((cwd, index) => {
      const args = ["node", ...freePorts, "--config", join("..", "etc", "garrison.yaml"), "--id", `n${index}`];
      const service = new Service(own, args, { cwd });
      services.push(service);
      return service;
    });
    const [ready] = await Promise.all(nodes.map((node) => node.event("ready")));
    assert.ok(nodes[0] !== undefined && ready !== undefined);
    assert.deepEqual(await nodes[0].members(ready.address), ["n0 up", "n1 up"]);
  });

  it("runs by itself with a store in memory, and refuses settings that differ from those of the cluster", async () => {
    const alone = start(state(), "--store", "memory:");
    await alone.event("ready");
    assert.equal((await alone.end("SIGTERM")).code, 0);

    const own = state();
    const first = start(own, "--id", "a");
    await first.event("ready");
    const other = new Service(own, ["node", ...freePorts, "--id", "b"], {
      environment: { GARRISON_SCAN__RATELIMITPERTARGET: "5" },
    });
    services.push(other);
    const ended = await other.running.ended;
    assert.equal(ended.code, 2, ended.stderr);
    assert.match(ended.stderr, /scan\.rateLimitPerTarget is 5 here and not set there/);
  });
});
