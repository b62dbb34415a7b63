import assert from "node:assert/strict";
import { until } from "../../support/until.ts";
import { controlService } from "../../../src/wire/index.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { Connection, type NodeActors } from "../../../src/client/index.ts";
import { same } from "../../../src/kernel/index.ts";
import { startCluster, token, type ControlNode } from "./control-node.ts";
import { first } from "./first.ts";
import { rawCall } from "./raw-call.ts";
import { refuses } from "./refuses.ts";

describe("calls about another node", () => {
  let one: ControlNode;
  let two: ControlNode;
  beforeEach(async () => {
    const [first, second] = await startCluster(["node-1", "node-2"]);
    assert.ok(first && second);
    [one, two] = [first, second];
  });
  afterEach(() => Promise.all([one.stop(), two.stop()]));

  const trees = async (node: ControlNode, of: string): Promise<readonly NodeActors[]> =>
    (await first(node.client().control.watchActors({ node: of }, new AbortController().signal))) ?? [];
  const pathsOf = ({ root }: NodeActors): readonly string[] =>
    root?.children.flatMap(({ path, children }) => [path, ...children.map((child) => child.path)]) ?? [];

  it("show its tree, and those of all", async () => {
    two.system.spawn({ behavior: { initial: () => undefined, receive: (state: undefined) => state } }, "extra");
    const [remote] = await trees(one, "node-2");
    assert.ok(remote);
    assert.equal(remote.node, "node-2");
    assert.deepEqual(pathsOf(remote), ["/idle", "/idle/one", "/idle/two", "/extra"]);
    const all = await trees(two, "*");
    assert.deepEqual(
      all.map(({ node, error }) => [node, error]),
      [
        ["node-1", ""],
        ["node-2", ""],
      ],
    );
    const [own] = await trees(one, "");
    assert.equal(own?.node, "node-1");
  });

  it("stop, kill, restart and drain there, and only there", async () => {
    const { control } = one.client();
    const lives = (node: ControlNode): number => node.begun.filter((path) => path === "/idle/one").length;
    const begins = (count: number): Promise<void> =>
      until(
        () => lives(two) === count,
        () => two.begun,
      );
    await begins(1);
    await control.restart("node-2", "/idle/one");
    await begins(2);
    await control.kill("node-2", "/idle/one");
    await begins(3);
    assert.equal(lives(one), 1);
    await control.stop("node-2", "/idle/one");
    assert.equal(two.system.find("/idle/one"), undefined);
    assert.notEqual(one.system.find("/idle/one"), undefined);
    await control.drain("node-2");
    assert.deepEqual([one.drains, two.drains], [0, 1]);
    const { records } = await control.audit();
    assert.deepEqual(
      records.map(({ node, call, subject, outcome }) => [node, call.split("/").at(-1), subject, outcome]),
      [
        ["node-2", "DrainNode", "node-2", "ok"],
        ["node-2", "StopActor", "/idle/one", "ok"],
        ["node-2", "KillActor", "/idle/one", "ok"],
        ["node-2", "RestartActor", "/idle/one", "ok"],
      ],
    );
  });

  it("tell what is not there: an actor, a node, the root as an actor", async () => {
    const { control } = one.client();
    for (const node of ["", "node-1", "node-2"]) {
      await refuses(control.stop(node, "/nobody"), "not-found", "actor-unknown");
      await refuses(control.kill(node, "/nobody"), "not-found", "actor-unknown");
      await refuses(control.restart(node, "/nobody"), "not-found", "actor-unknown");
      await refuses(control.stop(node, "/"), "invalid");
      await refuses(control.stop(node, "idle"), "invalid");
    }
    await refuses(control.drain("node-3"), "not-found", "node-unknown");
    assert.deepEqual([one.drains, two.drains], [0, 0]);
  });

  it("fail clearly when it has gone, and the others' trees are shown all the same", async () => {
    const { control } = one.client();
    await control.kill("node-2", "/idle/one");
    await two.plane.close();
    const dead = await refuses(control.kill("node-2", "/idle/one"), "unavailable", "node-gone");
    assert.match(dead.message, /node node-2 does not answer/);
    const all = await trees(one, "*");
    assert.deepEqual(
      all.map(({ node, root }) => [node, root !== undefined]),
      [
        ["node-1", true],
        ["node-2", false],
      ],
    );
    assert.match(all[1]?.error ?? "", /does not answer/);
    two.state = "dead";
    assert.match((await refuses(control.drain("node-2"), "unavailable", "node-gone")).message, /is dead/);
    assert.deepEqual(
      (await control.members()).map(({ id, state }) => [id, state]),
      [
        ["node-1", "up"],
        ["node-2", "dead"],
      ],
    );
    const refused = (await control.audit()).records.filter(({ outcome }) => outcome === "UNAVAILABLE");
    assert.deepEqual(
      refused.map(({ node }) => node),
      ["node-1", "node-1"],
    );
  });

  it("take no longer than the caller waits: a node that hangs is named in time", async () => {
    const never = new Promise<void>(() => undefined);
    two.system.spawn(
      { behavior: { initial: () => undefined, receive: () => same, stopped: () => never }, stopTimeoutMs: 3_000 },
      "stuck",
    );
    const connection = new Connection({ address: one.plane.grpcAddress, token, clock: systemClock });
    const request = { node: "node-2", path: "/stuck" };
    const call = connection.call(controlService.stopActor, request, { timeoutMs: 1_000 });
    const error = await refuses(call, "deadline", "deadline");
    assert.match(error.message, /node node-2 did not answer within \d+ ms/);
    connection.close();
  });

  it("are passed on once: a stale address ends in an error, not in a circle", async () => {
    const wrongly = { ...two.identity(), address: one.plane.grpcAddress };
    one.members = [() => one.identity(), () => wrongly];
    await refuses(one.client().control.drain("node-2"), "failed-precondition", "not-this-node");
    assert.deepEqual([one.drains, two.drains], [0, 0]);
    const { path, request } = controlService.drainNode;
    const marked = await rawCall(one.plane.grpcAddress, path, request.encode({ node: "node-2" }), {
      authorization: `Bearer ${token}`,
      "garrison-forwarded": "admin token operator",
    });
    assert.equal(marked.reason, "not-this-node");
  });
});
