import assert from "node:assert/strict";
import { connect as connectHttp2, type ClientHttp2Session, type ClientHttp2Stream } from "node:http2";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { systemClock } from "../../../src/base/clock.ts";
import { Connection } from "../../../src/client/index.ts";
import { controlService, fixedTls } from "../../../src/wire/index.ts";
import { TestAuthority } from "../../support/certificates.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { until } from "../../support/until.ts";
import { callerTokens, ControlNode } from "./control-node.ts";
import { rawCall } from "./raw-call.ts";

const watchHealth = "/grpc.health.v1.Health/Watch";
const checkHealth = "/grpc.health.v1.Health/Check";
const emptyMessage = Buffer.alloc(5);

describe("who shows no credential", () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  const started = async (options: Parameters<typeof ControlNode.start>[0] = {}): Promise<ControlNode> => {
    const node = await ControlNode.start(options);
    ends.push(() => node.stop());
    return node;
  };
  /** Opens connections that say nothing, and waits until the node has ended those that are too many. */
  const flood = async (node: ControlNode, count: number, tooMany: number): Promise<void> => {
    const [host = "", port = ""] = node.plane.grpcAddress.split(":");
    for (let index = 0; index < count; index += 1) {
      const socket = connect({ host, port: Number(port) });
      socket.on("error", () => undefined);
      ends.push(() => socket.destroy());
    }
    await until(
      () => node.plane.refusals.of("grpc", "too-many-connections") >= tooMany,
      () => node.plane.refusals.all(),
    );
  };

  it("keeps nobody out who has one, and ends no connection of theirs", async () => {
    const node = await started();
    const token = callerTokens.viv;
    const before = new Connection({ address: node.plane.grpcAddress, token, clock: systemClock });
    ends.push(() => before.close());
    const watched = before.stream(controlService.watchActors, { node: "", intervalMs: 1_000 });
    assert.equal((await watched.next()).done, false);
    await flood(node, 300, 172);
    assert.equal((await node.client({ token: callerTokens.ada }).control.members()).length, 1);
    assert.equal((await watched.next()).done, false);
  });

  it("ends no connection that a certificate has opened, before any call", async () => {
    const authority = await TestAuthority.create();
    const node = await started({ setup: { tls: fixedTls(await authority.material("garrison://garrison/node/a")) } });
    const { ca, identity } = await authority.material("garrison://garrison/node/b");
    const [host = "", port = ""] = node.plane.grpcAddress.split(":");
    const options = { host, port: Number(port), ca, ...identity, ALPNProtocols: ["h2"] };
    const socket = connectTls({ ...options, checkServerIdentity: () => undefined });
    ends.push(() => socket.destroy());
    const closed = new Promise<string>((resolve) => socket.once("close", () => resolve("closed")));
    const session = await new Promise<ClientHttp2Session>((resolve) => {
      const opened = connectHttp2(`https://${host}`, { createConnection: () => socket });
      opened.once("remoteSettings", () => resolve(opened));
    });
    await flood(node, 520, 8);
    const answered = new Promise<string>((resolve) => session.ping((error) => resolve(String(error))));
    assert.equal(await Promise.race([closed, answered]), "null");
  });

  it("may ask for health once, and not watch it", async () => {
    const node = await started();
    assert.equal((await rawCall(node.plane.grpcAddress, checkHealth, Buffer.alloc(0))).status, "OK");
    const watch = await rawCall(node.plane.grpcAddress, watchHealth, Buffer.alloc(0));
    assert.deepEqual([watch.status, watch.reason], ["UNAUTHENTICATED", "no-token"]);
  });

  it("cannot hold a call open that it does not send whole", async () => {
    const clock = new ManualClock(1_000, systemClock.wallMs());
    const node = await started({ clock });
    const session = connectHttp2(`http://${node.plane.grpcAddress}`);
    ends.push(() => session.destroy());
    const headers = { ":method": "POST", ":path": checkHealth, "content-type": "application/grpc", te: "trailers" };
    const open = (): ClientHttp2Stream => session.request(headers);
    const whole = open();
    whole.resume();
    const ended = new Promise<void>((resolve) => whole.once("close", () => resolve()));
    whole.end(emptyMessage);
    await ended;
    const timers = clock.pending;
    const half = open();
    const trailers = new Promise<string>((resolve) => {
      const note = (sent: { readonly "grpc-status"?: string }): void => {
        if (sent["grpc-status"] !== undefined) resolve(sent["grpc-status"]);
      };
      half.on("response", note);
      half.on("trailers", note);
    });
    half.resume();
    await until(
      () => clock.pending === timers + 1,
      () => ({ timers, pending: clock.pending }),
    );
    clock.advance(5_000);
    assert.equal(await trailers, "4");
    assert.ok(clock.pending <= timers, "a timer is left");
  });
});
