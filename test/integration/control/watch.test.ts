import assert from "node:assert/strict";
import { connect } from "node:http2";
import { ClientError, type Scan } from "../../../src/client/index.ts";
import { ActorSystem, type ActorView } from "../../../src/kernel/index.ts";
import { controlService } from "../../../src/wire/index.ts";
import { createMemoryDatabase } from "../../../src/store/memory/index.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { until } from "../../support/until.ts";
import { ControlNode, idle, smallBundle, token } from "./control-node.ts";

const spec = {
  target: "http://127.0.0.1:9/",
  bundle: smallBundle.hash,
  options: { headers: [], variables: {}, excludeHosts: [] },
};

/** Follows a scan and keeps what comes. */
const follow = (node: ControlNode, id: string) => {
  const controller = new AbortController();
  const seen: Scan[] = [];
  let error: unknown;
  const ended = (async () => {
    for await (const scan of node.client().scans.watch(id, controller.signal)) seen.push(scan);
  })().catch((thrown: unknown) => {
    error = thrown;
  });
  const states = (): readonly string[] => seen.map(({ state }) => state);
  return { controller, states, ended, error: () => error };
};

describe("watching over gRPC", () => {
  it("a scan is sent when it changes, and not when it does not; the stream ends with the scan", async () => {
    const node = await ControlNode.start();
    const { scans } = node.client();
    await scans.uploadBundle(smallBundle.hash, smallBundle.bytes);
    await scans.submit({ id: "one", spec });
    const watch = follow(node, "one");
    await until(() => watch.states().length === 1, watch.states);
    await scans.pause("one");
    await until(() => watch.states().at(-1) === "paused", watch.states);
    await scans.submit({ id: "other", spec });
    await scans.cancel("one");
    await watch.ended;
    assert.equal(watch.error(), undefined);
    assert.deepEqual(watch.states(), ["waiting", "paused", "cancelled"]);
    await node.stop();
  });

  it("a stream that the node ends goes on at the node that comes after it", async () => {
    const database = createMemoryDatabase({ clock: systemClock });
    const node = await ControlNode.start({ database });
    const { scans } = node.client();
    await scans.uploadBundle(smallBundle.hash, smallBundle.bytes);
    await scans.submit({ id: "one", spec });
    const watch = follow(node, "one");
    await until(() => watch.states().length === 1, watch.states);
    await node.plane.close();
    const after = await ControlNode.start({ database, setup: { grpc: node.plane.grpcAddress } });
    await until(() => watch.states().length === 2, watch.states);
    await after.client().scans.cancel("one");
    await watch.ended;
    assert.equal(watch.error(), undefined);
    assert.deepEqual(watch.states(), ["waiting", "waiting", "cancelled"]);
    await Promise.all([node.stop(), after.stop()]);
  });

  it("ends quietly when its reader stops, and leaves no stream open", async () => {
    const node = await ControlNode.start();
    const { scans, control } = node.client();
    await scans.uploadBundle(smallBundle.hash, smallBundle.bytes);
    await scans.submit({ id: "one", spec });
    const watch = follow(node, "one");
    await until(() => watch.states().length === 1, watch.states);
    watch.controller.abort();
    await watch.ended;
    assert.equal(watch.error(), undefined);
    let ticks = 0;
    for await (const [own] of control.watchActors({ intervalMs: 100 }, new AbortController().signal)) {
      assert.equal(own?.node, "node-1");
      ticks += 1;
      if (ticks === 3) break;
    }
    await node.stop();
    assert.deepEqual(node.log.lines, []);
  });

  it("closing a node with open streams and an open upload takes no longer than its grace", async () => {
    const node = await ControlNode.start();
    const { scans } = node.client();
    await scans.uploadBundle(smallBundle.hash, smallBundle.bytes);
    await scans.submit({ id: "one", spec });
    const watches = Array.from({ length: 5 }, () => follow(node, "one"));
    await until(
      () => watches.every((watch) => watch.states().length === 1),
      () => watches.map((watch) => watch.states()),
    );
    const stuck = silentReader(node);
    await stuck.open;
    const startedMs = systemClock.monotonicMs();
    await node.plane.close();
    const tookMs = systemClock.monotonicMs() - startedMs;
    assert.ok(tookMs < 4_500, `${tookMs} ms`);
    for (const watch of watches) {
      watch.controller.abort();
      await watch.ended;
    }
    stuck.close();
    await node.stop();
  });

  it("a node that is gone for good ends the watch with an error", async () => {
    const node = await ControlNode.start();
    await node.plane.close();
    const call = node.client({ callTimeoutMs: 500 }).scans.get("one");
    await assert.rejects(
      call,
      (error) => error instanceof ClientError && error.code === "unavailable" && error.retryable,
    );
    await node.stop();
  });
});

/** A system that counts how often it is looked at. */
class CountedSystem extends ActorSystem {
  looks = 0;

  override tree(): ActorView {
    this.looks += 1;
    return super.tree();
  }
}

/** Asks for the actors again and again over a connection whose window is closed after the first bytes, until `read` is called. */
const silentReader = (node: ControlNode) => {
  const session = connect(`http://${node.plane.grpcAddress}`, { settings: { initialWindowSize: 0 } });
  const stream = session.request({
    ":method": "POST",
    ":path": controlService.watchActors.path,
    "content-type": "application/grpc",
    te: "trailers",
    authorization: `Bearer ${token}`,
  });
  const body = controlService.watchActors.request.encode({ node: "", intervalMs: 100 });
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  stream.end(Buffer.concat([head, body]));
  stream.on("error", () => undefined);
  session.on("error", () => undefined);
  const open = new Promise<void>((resolve) => stream.once("response", () => resolve()));
  return {
    open,
    read: (): void => {
      session.settings({ initialWindowSize: 16 * 1024 * 1024 });
      stream.resume();
    },
    close: (): void => session.destroy(),
  };
};

describe("a watcher that does not read", () => {
  it("makes the node produce nothing more, until it reads again", async () => {
    const clock = new ManualClock();
    let system: CountedSystem | undefined;
    const node = await ControlNode.start({
      clock,
      system: (log) => (system = new CountedSystem({ node: "node-1", log: log.logger })),
    });
    const counted = system;
    assert.ok(counted);
    for (let index = 0; index < 1_000; index += 1) node.system.spawn(idle(), `idle-${index}`);
    const looks = (): number => counted.looks;
    const reader = silentReader(node);
    await reader.open;
    // A tick passes only once the node waits for it: its writes go out in turns of the event loop.
    const tick = async (): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(100);
    };
    for (let ticks = 0; ticks < 100; ticks += 1) await tick();
    assert.ok(looks() >= 1 && looks() <= 3, `${looks()} trees for one that reads none`);
    reader.read();
    const before = looks();
    await until(async () => {
      await tick();
      return looks() > before + 5;
    }, looks);
    reader.close();
    await node.stop();
  });
});
