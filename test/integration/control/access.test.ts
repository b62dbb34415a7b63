import assert from "node:assert/strict";
import { ControlError, startControlPlane } from "../../../src/control/index.ts";
import { scanService } from "../../../src/wire/index.ts";
import { until } from "../../support/until.ts";
import { first } from "./first.ts";
import { ControlNode, token } from "./control-node.ts";
import { rawCall } from "./raw-call.ts";
import { crossOriginPost, rawExchange } from "./raw-socket.ts";
import { refuses } from "./refuses.ts";

const cancel = scanService.cancelScan;
const cancelBytes = cancel.request.encode({ id: "some" });
const bearer = { authorization: `Bearer ${token}` };

describe("who may call the control plane", () => {
  let node: ControlNode;
  beforeEach(async () => {
    node = await ControlNode.start();
  });
  afterEach(() => node.stop());

  const grpcAddress = (): string => node.plane.grpcAddress;

  it("a call without a token, or with another one, is refused, counted and, if it changes something, audited", async () => {
    const none = await rawCall(grpcAddress(), cancel.path, cancelBytes);
    assert.equal(none.status, "UNAUTHENTICATED");
    assert.equal(none.reason, "no-token");
    const wrong = node.client({ token: "u".repeat(43) });
    await refuses(wrong.scans.cancel("some"), "unauthenticated", "wrong-token");
    await refuses(wrong.control.members(), "unauthenticated", "wrong-token");
    assert.equal(node.plane.refusals.of("grpc", "no-token"), 1);
    assert.equal(node.plane.refusals.of("grpc", "wrong-token"), 2);
    const { records } = await node.client().control.audit();
    assert.deepEqual(
      records.map(({ call, caller, outcome }) => ({ call, caller, outcome })),
      [
        { call: cancel.path, caller: "", outcome: "UNAUTHENTICATED" },
        { call: cancel.path, caller: "", outcome: "UNAUTHENTICATED" },
      ],
    );
  });

  it("streams, uploads and reflection need the token too", async () => {
    const wrong = node.client({ token: "u".repeat(43) });
    const watch = wrong.scans.watch("some", new AbortController().signal);
    await refuses(first(watch), "unauthenticated", "wrong-token");
    await refuses(wrong.scans.uploadBundle("0".repeat(64), Buffer.alloc(10)), "unauthenticated", "wrong-token");
    for (const version of ["v1", "v1alpha"]) {
      const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
      assert.equal((await rawCall(grpcAddress(), path, listServices)).status, "UNAUTHENTICATED");
      const answer = await rawCall(grpcAddress(), path, listServices, bearer);
      assert.equal(answer.status, "OK", answer.details);
      assert.match(answer.bytes.toString("latin1"), /garrison\.v1\.ControlService[^]*garrison\.v1\.ScanService/);
    }
  });

  it("health is answered without a token, and says what it was told", async () => {
    const check = (): Promise<string> =>
      rawCall(grpcAddress(), "/grpc.health.v1.Health/Check", Buffer.alloc(0)).then(({ bytes }) =>
        bytes.toString("hex"),
      );
    assert.equal(await check(), "0802");
    node.plane.setServing(true);
    assert.equal(await check(), "0801");
  });

  it("a call that was sent to another host, or that names an origin, is refused even with the token", async () => {
    const { port } = new URL(`http://${grpcAddress()}`);
    for (const authority of [`evil.test:${port}`, "127.0.0.1:1", "127.0.0.1", `127.0.0.1.evil.test:${port}`]) {
      const outcome = await rawCall(grpcAddress(), cancel.path, cancelBytes, bearer, { authority });
      assert.equal(outcome.reason, "bad-host", authority);
    }
    for (const authority of [`localhost:${port}`, `127.0.0.9:${port}`]) {
      const outcome = await rawCall(grpcAddress(), cancel.path, cancelBytes, bearer, { authority });
      assert.equal(outcome.reason, "scan-unknown", authority);
    }
    const origin = await rawCall(grpcAddress(), cancel.path, cancelBytes, { ...bearer, origin: "http://evil.test" });
    assert.equal(origin.status, "PERMISSION_DENIED");
    assert.equal(node.plane.refusals.of("grpc", "bad-host"), 4);
    assert.equal(node.plane.refusals.of("grpc", "cross-origin"), 1);
  });

  it("a form posted by a page of another origin does nothing on either port", async () => {
    const onGrpc = await rawExchange(grpcAddress(), crossOriginPost(grpcAddress(), cancel.path));
    assert.equal(onGrpc, "");
    await until(
      () => node.plane.refusals.of("grpc", "not-http2") === 1,
      () => node.plane.refusals.all(),
    );
    const { httpAddress } = node.plane;
    const onHttp = await rawExchange(httpAddress, crossOriginPost(httpAddress, "/metrics"));
    assert.match(onHttp, /^HTTP\/1\.1 403 /);
    assert.equal(node.plane.refusals.of("http", "cross-origin"), 1);
    assert.deepEqual((await node.client().control.audit()).records, []);
  });

  it("bytes that trickle in, and a half sent greeting, hold no connection of those who speak HTTP/2", async () => {
    assert.equal(await rawExchange(grpcAddress(), "PRI * HTTP/2.0\r\n\r\nXX"), "");
    assert.equal(node.plane.refusals.of("grpc", "not-http2"), 1);
    assert.equal((await node.client().control.members()).length, 1);
  });

  it("listens on loopback only", async () => {
    for (const grpc of ["0.0.0.0:0", "[::]:0", "10.0.0.1:7443", "node.test:7443", "127.1:7443", "7443"]) {
      const started = startControlPlane({ ...node.setup, grpc, http: "127.0.0.1:0" });
      await assert.rejects(started, (error) => {
        assert.ok(error instanceof ControlError, grpc);
        assert.equal(error.code, "not-loopback");
        assert.match(error.message, /^listen\.grpc: .*set tls\.ca, tls\.cert and tls\.key$/);
        return true;
      });
    }
  });

  it("says which port is in use", async () => {
    const started = startControlPlane({ ...node.setup, grpc: "127.0.0.1:0", http: node.plane.httpAddress });
    await assert.rejects(
      started,
      (error) =>
        error instanceof ControlError &&
        error.code === "listen-failed" &&
        error.message.includes(node.plane.httpAddress),
    );
  });
});

/** ServerReflectionRequest with list_services "*". */
const listServices = Buffer.from([0x3a, 1, 0x2a]);
