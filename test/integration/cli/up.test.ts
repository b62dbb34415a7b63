import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { constants } from "node:os";
import { join } from "node:path";
import { anotherCtrlC } from "../../support/another-ctrl-c.ts";
import { built } from "../../support/built.ts";
import { freePort } from "../../support/free-port.ts";
import { groupLives, linesOf, startCommand } from "../../support/command-line.ts";
import { freePorts, lives, Service, type ServiceEvent } from "../../support/service.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

const statusOf = (pid: number): string => readFileSync(`/proc/${pid}/status`, "utf8");

/** Whether a frozen process has been sent this signal. */
const isPending = (pid: number, signal: "SIGTERM"): boolean => {
  const [, mask = "0"] = /^ShdPnd:\s*([0-9a-f]+)$/m.exec(statusOf(pid)) ?? [];
  return (BigInt(`0x${mask}`) & (1n << BigInt(constants.signals[signal] - 1))) !== 0n;
};

describe("garrison up", function () {
  this.timeout(120_000);
  const folder = tempDir("cli-up");
  const services: Service[] = [];
  let states = 0;

  before(built);
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.end("SIGKILL")));
  });
  after(() => folder.remove());

  const state = (): string => join(folder.path, `state-${(states += 1)}`);
  const start = (...args: readonly string[]): Service => {
    const service = new Service(state(), ["up", ...freePorts, ...args]);
    services.push(service);
    return service;
  };
  const pidsOf = (ready: ServiceEvent): readonly number[] => (ready.nodes ?? []).map(({ pid }) => pid);
  const gone = (pids: readonly number[], service: Service): Promise<void> =>
    until(
      () => !pids.some(lives),
      () => ({ alive: pids.filter(lives), stderr: service.running.stderr() }),
      10_000,
    );

  it("says that it is ready once all are members; Ctrl-C drains them and leaves nothing running", async () => {
    const up = start("--nodes", "3");
    const ready = await up.event("ready");
    assert.deepEqual(
      ready.nodes?.map(({ id }) => id),
      ["node-1", "node-2", "node-3"],
    );
    for (const { address } of ready.nodes ?? []) {
      assert.deepEqual(await up.members(address), ["node-1 up", "node-2 up", "node-3 up"]);
    }
    const pids = pidsOf(ready);
    assert.equal(pids.filter(lives).length, 3);
    const ended = await up.end("SIGINT");
    assert.equal(ended.code, 130, ended.stderr);
    assert.deepEqual(pids.filter(lives), []);
    assert.equal(groupLives(up.running), false);
    assert.deepEqual(
      up.events.map(({ event }) => event),
      ["ready"],
    );
  });

  it("Ctrl-C at a terminal, which every process of the group gets, drains as well", async () => {
    const up = start("--nodes", "2");
    const ready = await up.event("ready");
    process.kill(-(up.running.child.pid ?? 0), "SIGINT");
    const ended = await up.running.ended;
    assert.equal(ended.code, 130, ended.stderr);
    assert.deepEqual(pidsOf(ready).filter(lives), []);
  });

  it("Ctrl-C while the nodes start leaves nothing running", async () => {
    const up = start("--nodes", "2");
    const pid = up.running.child.pid ?? 0;
    const children = (): readonly string[] =>
      readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
    await until(
      () => children().length === 2,
      () => up.running.stderr(),
      10_000,
    );
    const ended = await up.end("SIGINT");
    assert.equal(ended.code, 130, ended.stderr);
    assert.equal(groupLives(up.running), false);
  });

  it("a second Ctrl-C ends all at once", async () => {
    const up = start("--nodes", "2");
    const pids = pidsOf(await up.event("ready"));
    const [, frozen = 0] = pids;
    process.kill(frozen, "SIGSTOP");
    up.running.child.kill("SIGINT");
    await until(
      () => pids.filter(lives).length === 1,
      () => ({ alive: pids.filter(lives), stderr: up.running.stderr() }),
      20_000,
    );
    await anotherCtrlC();
    assert.equal((await up.end("SIGINT")).code, 130);
    await gone(pids, up);
  });

  it("SIGTERM to every process of the group, as a service manager sends it, drains as well", async () => {
    const own = state();
    const up = new Service(own, ["up", ...freePorts, "--nodes", "2"]);
    services.push(up);
    await up.event("ready");
    process.kill(-(up.running.child.pid ?? 0), "SIGTERM");
    const ended = await up.running.ended;
    assert.equal(ended.code, 0, ended.stderr);
    const after = new Service(own, ["node", ...freePorts, "--id", "after"]);
    services.push(after);
    const { address = "" } = await after.event("ready");
    assert.deepEqual(await after.members(address), ["after up", "node-1 left", "node-2 left"]);
  });

  it("a node that could not hand back what it held is named, and the code is not 0", async () => {
    const up = start("--nodes", "1", "--store", "memory:");
    const [pid = 0] = pidsOf(await up.event("ready"));
    process.kill(pid, "SIGSTOP");
    // Of two signals that wait, SIGTERM would be taken first.
    await until(
      () => /^State:\s*T/m.test(statusOf(pid)),
      () => statusOf(pid),
    );
    up.running.child.kill("SIGTERM");
    await until(
      () => isPending(pid, "SIGTERM"),
      () => ({ status: statusOf(pid), stderr: up.running.stderr() }),
      10_000,
    );
    process.kill(pid, "SIGKILL");
    assert.equal((await up.running.ended).code, 1);
    const { event, signal } = up.events.at(-1) ?? {};
    assert.deepEqual({ event, signal }, { event: "exited", signal: "SIGKILL" });
  });

  it("SIGTERM drains with code 0", async () => {
    const up = start("--nodes", "1", "--store", "memory:");
    const ready = await up.event("ready");
    assert.equal((await up.end("SIGTERM")).code, 0);
    assert.deepEqual(pidsOf(ready).filter(lives), []);
  });

  it("SIGKILL of the parent leaves no child: the kernel kills it", async () => {
    const up = start("--nodes", "2");
    const pids = pidsOf(await up.event("ready"));
    await up.end("SIGKILL");
    await gone(pids, up);
  });

  it("SIGKILL of the parent leaves no child where there is no setpriv: it drains", async () => {
    const own = state();
    const up = new Service(own, ["up", ...freePorts, "--nodes", "2"], { environment: { PATH: folder.path } });
    services.push(up);
    const pids = pidsOf(await up.event("ready"));
    await up.end("SIGKILL");
    await gone(pids, up);
    const after = new Service(own, ["node", ...freePorts, "--id", "after"]);
    services.push(after);
    const { address = "" } = await after.event("ready");
    assert.deepEqual(await after.members(address), ["after up", "node-1 left", "node-2 left"]);
  });

  it("starts a node that was killed again, says so, and it is a member again", async () => {
    const up = start("--nodes", "2");
    const ready = await up.event("ready");
    const [first, victim] = ready.nodes ?? [];
    assert.ok(first !== undefined && victim !== undefined);
    process.kill(victim.pid, "SIGKILL");
    const exited = await up.event("exited");
    assert.deepEqual([exited.id, exited.pid, exited.signal, exited.code], ["node-2", victim.pid, "SIGKILL", null]);
    const again = await up.event("restarted");
    assert.equal(again.id, "node-2");
    assert.notEqual(again.pid, victim.pid);
    assert.deepEqual(await up.members(first.address), ["node-1 up", "node-2 up"]);
    const ended = await up.end("SIGINT");
    assert.equal(ended.code, 130);
    assert.deepEqual([first.pid, again.pid ?? 0].filter(lives), []);
  });

  it("kills a node that is frozen, and starts it again", async () => {
    const up = start("--nodes", "2");
    const ready = await up.event("ready");
    const victim = ready.nodes?.[1];
    assert.ok(victim !== undefined);
    process.kill(victim.pid, "SIGSTOP");
    const exited = await up.event("exited");
    assert.deepEqual([exited.id, exited.signal], ["node-2", "SIGKILL"]);
    const silent = await up.event("silent");
    assert.equal(silent.id, "node-2");
    await up.event("restarted");
  });

  it("does not start a node again that was drained, and ends with 0 when all have been", async () => {
    const up = start("--nodes", "2");
    const [first, second] = (await up.event("ready")).nodes ?? [];
    assert.ok(first !== undefined && second !== undefined);
    const client = up.client(first.address);
    await client.control.drain("node-2");
    assert.deepEqual([(await up.event("exited")).id, (await up.event("exited")).code], ["node-2", 0]);
    assert.deepEqual(await up.members(first.address), ["node-1 up", "node-2 left"]);
    await client.control.drain("node-1");
    client.close();
    assert.equal((await up.running.ended).code, 0);
  });

  it("passes on what the nodes say, with the node in front, unless JSON was asked for", async () => {
    const running = startCommand(["up", "--nodes", "2", ...freePorts], { environment: { XDG_STATE_HOME: state() } });
    await until(
      () => running.stderr().includes("ready: "),
      () => running.stderr(),
      30_000,
    );
    running.child.kill("SIGINT");
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 130);
    assert.equal(stdout, "");
    assert.match(stderr, /^ready: node-1 at 127\.0\.0\.1:\d+ \(process \d+\), node-2 at /m);
    for (const id of ["node-1", "node-2"]) assert.match(stderr, new RegExp(`^${id}: \\{"level":30`, "m"));

    const up = start("--nodes", "1");
    await up.event("ready");
    const ended = await up.end("SIGINT");
    const logged = linesOf(ended.stderr);
    assert.ok(logged.length > 0, "no log");
    for (const line of logged) assert.equal(typeof (JSON.parse(line) as { level: unknown }).level, "number");
  });

  /** Two ports in a row, the second of which is taken. */
  const secondTaken = async (): Promise<{ readonly first: number; readonly server: Server }> => {
    for (;;) {
      const first = await freePort();
      const server = createServer();
      const taken = new Promise<boolean>((resolve) => {
        server.once("listening", () => resolve(true));
        server.once("error", () => resolve(false));
      });
      server.listen(first + 1, "127.0.0.1");
      if (await taken) return { first, server };
    }
  };

  it("names the port that is in use and the flag to change, and ends the nodes that had started", async () => {
    for (const key of ["grpc", "http"]) {
      const { first, server } = await secondTaken();
      const up = start("--nodes", "2", `--${key}`, `127.0.0.1:${first}`);
      const ended = await up.running.ended;
      server.close();
      assert.equal(ended.code, 1, ended.stderr);
      assert.match(ended.stderr, new RegExp(`127\\.0\\.0\\.1:${first + 1}.*in use.*--${key}`, "i"));
      assert.equal(groupLives(up.running), false);
    }
  });
});
