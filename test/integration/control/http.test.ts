import assert from "node:assert/strict";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { until } from "../../support/until.ts";
import { ControlNode } from "./control-node.ts";
import { crossOriginPost, rawExchange } from "./raw-socket.ts";

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

describe("the HTTP port", () => {
  let node: ControlNode;
  beforeEach(async () => {
    node = await ControlNode.start();
  });
  afterEach(() => node.stop());

  const ask = (path: string, method = "GET", headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = request(`http://${node.plane.httpAddress}${path}`, { method, headers, agent: false }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () => resolve({ status: response.statusCode, body: Buffer.concat(parts).toString() }));
      });
      sent.on("error", reject);
      sent.end();
    });

  it("answers who asks while others hold connections and say nothing, of which it keeps 64", async () => {
    const [host = "", port = ""] = node.plane.httpAddress.split(":");
    const sockets: Socket[] = [];
    let closed = 0;
    for (let index = 0; index < 80; index += 1) {
      const socket = connect({ host, port: Number(port) });
      socket.on("error", () => undefined);
      socket.once("close", () => (closed += 1));
      sockets.push(socket);
    }
    await until(
      () => node.plane.refusals.of("http", "too-many-connections") === 16 && closed === 16,
      () => ({ refusals: node.plane.refusals.all(), closed }),
    );
    for (let times = 0; times < 3; times += 1) assert.equal((await ask("/healthz")).status, 200);
    for (const socket of sockets) socket.destroy();
  });

  it("says whether the node lives, and whether it serves", async () => {
    assert.equal((await ask("/healthz")).status, 200);
    assert.equal((await ask("/readyz")).status, 503);
    node.plane.setServing(true);
    assert.equal((await ask("/readyz")).status, 200);
    await node.store.close();
    assert.equal((await ask("/readyz")).status, 503);
    assert.equal((await ask("/healthz")).status, 200);
  });

  it("shows metrics of the kernel, the queues, the calls and the refusals", async () => {
    await node.client().control.members();
    await rawExchange(node.plane.httpAddress, crossOriginPost(node.plane.httpAddress, "/metrics"));
    const { status, body } = await ask("/metrics");
    assert.equal(status, 200);
    for (const line of [
      "garrison_actors 4",
      "garrison_store_up 1",
      'garrison_queue_items{space="scan",queue="tasks",state="waiting"} 0',
      'garrison_control_call_seconds_count{call="/garrison.v1.ControlService/ListMembers",outcome="OK"} 1',
      'garrison_refused_total{door="http",reason="cross-origin"} 1',
      'garrison_members{state="up"} 1',
      'garrison_members{state="dead"} 0',
      'garrison_actor_dead_letters_total{reason="rejected"} 0',
    ]) {
      assert.ok(body.split("\n").includes(line), `${line} is not in\n${body}`);
    }
    for (const [name, least, most] of [
      ["process_resident_memory_bytes", 20e6, 20e9],
      ["nodejs_heap_size_used_bytes", 1e6, 20e9],
      ["process_cpu_seconds_total", 0.01, 1e6],
      ['garrison_event_loop_lag_seconds{quantile="1"}', 0, 60],
    ] as const) {
      const value = Number(
        body
          .split("\n")
          .find((line) => line.startsWith(`${name} `))
          ?.split(" ")[1],
      );
      assert.ok(value >= least && value <= most, `${name} is ${value}`);
    }
    await node.store.close();
    const after = await ask("/metrics");
    assert.match(after.body, /^garrison_store_up 0$/m);
    assert.doesNotMatch(after.body, /^garrison_queue_items\{/m);
  });

  it("refuses other hosts, pages of other origins and everything but reading, and counts them", async () => {
    const { port } = new URL(`http://${node.plane.httpAddress}`);
    assert.equal((await ask("/metrics", "GET", { host: `evil.test:${port}` })).status, 403);
    assert.equal((await ask("/metrics", "GET", { host: `localhost:${port}` })).status, 200);
    assert.equal((await ask("/metrics", "GET", { origin: "http://evil.test" })).status, 403);
    assert.equal((await ask("/metrics", "GET", { "sec-fetch-site": "cross-site" })).status, 403);
    assert.equal((await ask("/metrics", "GET", { "sec-fetch-site": "same-site" })).status, 403);
    assert.equal((await ask("/metrics", "POST")).status, 405);
    assert.equal((await ask("/metrics", "HEAD")).body, "");
    assert.equal((await ask("/other")).status, 404);
    assert.deepEqual(
      ["bad-host", "cross-origin", "bad-method"].map(
        (reason) =>
          node.plane.refusals.all().find((refusal) => refusal.door === "http" && refusal.reason === reason)?.count,
      ),
      [1, 3, 1],
    );
  });
});
