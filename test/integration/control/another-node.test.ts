import assert from "node:assert/strict";
import { createServer, type Socket } from "node:net";
import { once } from "node:events";
import { systemClock } from "../../../src/base/clock.ts";
import { createClient, type GarrisonClient, type NodeMove } from "../../../src/client/index.ts";
import { freePort } from "../../support/free-port.ts";
import { until } from "../../support/until.ts";
import { startCluster, smallBundle, token, type ControlNode } from "./control-node.ts";
import { refuses } from "./refuses.ts";

const spec = {
  target: "http://a.site.test/",
  bundle: smallBundle.hash,
  options: { headers: [], variables: {}, excludeHosts: [] },
};

describe("a client whose node does not answer", () => {
  let one: ControlNode;
  let two: ControlNode;
  let running: ControlNode[];
  let clients: GarrisonClient[];
  let moves: NodeMove[];
  beforeEach(async () => {
    const [first, second] = await startCluster(["node-1", "node-2"]);
    assert.ok(first && second);
    [one, two] = [first, second];
    running = [one, two];
    clients = [];
    moves = [];
  });
  afterEach(async () => {
    for (const client of clients) client.close();
    await Promise.all(running.map((node) => node.stop()));
  });

  const client = (...address: readonly [string, ...string[]]): GarrisonClient => {
    const made = createClient({
      address,
      token,
      clock: systemClock,
      callTimeoutMs: 4_000,
      onMove: (move) => moves.push(move),
    });
    clients.push(made);
    return made;
  };
  const stop = async (node: ControlNode): Promise<void> => {
    running = running.filter((other) => other !== node);
    await node.stop();
  };
  const nowhere = async (): Promise<string> => `127.0.0.1:${await freePort()}`;

  it("takes the next one of those that were named, for every kind of call", async () => {
    const dead = await nowhere();
    const { grpcAddress } = two.plane;
    const called = client(dead, await nowhere(), grpcAddress);
    await called.scans.uploadBundle(smallBundle.hash, smallBundle.bytes);
    assert.deepEqual(moves, [{ from: dead, to: grpcAddress }]);
    await called.scans.submit({ id: "scan-1", spec });
    assert.equal((await called.scans.get("scan-1")).id, "scan-1");

    // What may not be repeated comes first here.
    const other = client(dead, grpcAddress);
    assert.equal(await other.scans.cancel("scan-1"), true);
    await other.control.drain("node-2");
    assert.equal(two.drains, 1);
  });

  it("is told of the last one when none answers, within the time of one call", async () => {
    const [first, second] = [await nowhere(), await nowhere()];
    const error = await refuses(client(first, second).scans.list(), "unavailable");
    assert.match(error.message, new RegExp(`no answer from the node at ${second}`));
    assert.deepEqual(moves, []);
  });

  it("leaves a node that takes the connection and never answers, after half of the time of a call", async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const bound = silent.address();
    assert.ok(bound !== null && typeof bound === "object");
    try {
      const called = client(`127.0.0.1:${bound.port}`, two.plane.grpcAddress);
      assert.equal((await called.control.members()).length, 2);
      assert.equal(moves.length, 1);
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  });

  it("goes on with a watch at a member that nobody named", async () => {
    const called = client(one.plane.grpcAddress);
    await called.scans.uploadBundle(smallBundle.hash, smallBundle.bytes);
    await called.scans.submit({ id: "scan-1", spec });
    const from = one.plane.grpcAddress;
    const states: string[] = [];
    const watching = (async () => {
      for await (const { state } of called.scans.watch("scan-1", new AbortController().signal)) states.push(state);
    })();
    await until(
      () => states.length > 0,
      () => states,
    );
    await stop(one);
    await until(
      () => moves.length > 0,
      () => ({ states, moves }),
    );
    assert.deepEqual(moves, [{ from, to: two.plane.grpcAddress }]);
    assert.equal(await two.client().scans.cancel("scan-1"), true);
    await watching;
    assert.equal(states.at(-1), "cancelled");
  });

  it("changes no actor of a node that it did not choose", async () => {
    const called = client(one.plane.grpcAddress, two.plane.grpcAddress);
    await refuses(called.control.kill("", "/idle/one"), "invalid");
    await refuses(called.control.stop("", "/idle/one"), "invalid");
    await refuses(called.control.restart("", "/idle/one"), "invalid");
    await called.control.stop("node-2", "/idle/one");
    assert.ok(one.system.find("/idle/one"));
    assert.equal(two.system.find("/idle/one"), undefined);
  });

  it("changes no actor of a node that took the place of the one that was named", async () => {
    const called = client(one.plane.grpcAddress);
    await called.scans.uploadBundle(smallBundle.hash, smallBundle.bytes);
    await called.scans.submit({ id: "scan-1", spec });
    const abort = new AbortController();
    let seen = 0;
    const watching = (async () => {
      for await (const scan of called.scans.watch("scan-1", abort.signal)) seen += scan.id === "scan-1" ? 1 : 0;
    })();
    await until(
      () => seen > 0,
      () => seen,
    );
    await stop(one);
    await until(
      () => moves.length > 0,
      () => moves,
    );
    await refuses(called.control.stop("", "/idle/one"), "invalid");
    await refuses(called.control.drain(""), "invalid");
    assert.ok(two.system.find("/idle/one"));
    assert.equal(two.drains, 0);
    abort.abort();
    await watching;
  });

  it("stays with its node when a call is cancelled by its caller", async () => {
    const called = client(one.plane.grpcAddress, two.plane.grpcAddress);
    await called.scans.uploadBundle(smallBundle.hash, smallBundle.bytes);
    await called.scans.submit({ id: "scan-1", spec });
    const abort = new AbortController();
    for await (const { id } of called.scans.watch("scan-1", abort.signal)) {
      assert.equal(id, "scan-1");
      abort.abort();
    }
    await called.scans.get("scan-1");
    assert.deepEqual(moves, []);
  });

  it("watches the actors of the same node, whichever is asked", async () => {
    const called = client(one.plane.grpcAddress);
    const abort = new AbortController();
    const nodes: (string | undefined)[] = [];
    const watching = (async () => {
      for await (const [tree] of called.control.watchActors({ intervalMs: 100 }, abort.signal)) nodes.push(tree?.node);
    })();
    await until(
      () => nodes.length > 1,
      () => nodes,
    );
    let asked = 0;
    two.members = two.members.map((member) => () => {
      asked += 1;
      return member();
    });
    await stop(one);
    // It looks where the node is that it is asked about.
    await until(
      () => asked > 0,
      () => nodes,
    );
    abort.abort();
    await watching;
    assert.deepEqual(new Set(nodes), new Set(["node-1"]));
  });
});
