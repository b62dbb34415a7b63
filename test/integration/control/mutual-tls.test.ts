import assert from "node:assert/strict";
import { connect as connectInTheClear } from "node:net";
import { systemClock } from "../../../src/base/clock.ts";
import { Connection, createClient, type ClientTls, type GarrisonClient } from "../../../src/client/index.ts";
import { controlService, fixedTls, type TlsMaterial } from "../../../src/wire/index.ts";
import { createMemoryDatabase } from "../../../src/store/memory/index.ts";
import { ChangingTls, materialOf, signedByOpenssl, TestAuthority } from "../../support/certificates.ts";
import { selfSigned } from "../../support/certificate.ts";
import { until } from "../../support/until.ts";
import { callerTokens, ControlNode, token } from "./control-node.ts";
import { refuses } from "./refuses.ts";

const cluster = "garrison";
const nodeOne = "garrison://garrison/node/node-1";
const viewer = "garrison://garrison/client/viv?role=viewer";
const admin = "garrison://garrison/client/ada?role=admin";

describe("mutual TLS of the gRPC port", () => {
  let authority: TestAuthority;
  let other: TestAuthority;
  let node: ControlNode;
  const ends: (() => unknown)[] = [];

  before(async () => {
    [authority, other] = await Promise.all([TestAuthority.create(), TestAuthority.create()]);
  });
  beforeEach(async () => {
    node = await ControlNode.start({ setup: { tls: fixedTls(await authority.material(nodeOne)) } });
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
    await node.stop();
  });

  const tlsOf = (material: TlsMaterial, of = cluster): ClientTls => ({ source: fixedTls(material), cluster: of });
  const clientWith = (options: { readonly tls?: ClientTls; readonly token?: string }): GarrisonClient => {
    const client = createClient({
      address: node.plane.grpcAddress,
      clock: systemClock,
      callTimeoutMs: 5_000,
      ...options,
    });
    ends.push(() => client.close());
    return client;
  };
  const connectionTo = (expectedNode: string, material: TlsMaterial, address = node.plane.grpcAddress): Connection => {
    const connection = new Connection({ address, clock: systemClock, tls: tlsOf(material), expectedNode });
    ends.push(() => connection.close());
    return connection;
  };
  const refusedLines = (): readonly unknown[] => node.log.of("a connection was refused").map(({ reason }) => reason);

  it("serves callers by certificate, each in the role that it names", async () => {
    const looks = clientWith({ tls: tlsOf(await authority.material(viewer)) });
    assert.deepEqual(
      (await looks.control.members()).map(({ id }) => id),
      ["node-1"],
    );
    await refuses(looks.control.stop("node-1", "/idle/one"), "permission-denied", "role");
    const rules = clientWith({ tls: tlsOf(await authority.material(admin)) });
    await rules.control.stop("node-1", "/idle/one");
    const { records } = await rules.control.audit();
    assert.deepEqual(
      records.map(({ caller, role, by, outcome }) => [caller, role, by, outcome]),
      [
        ["ada", "admin", "certificate", "ok"],
        ["viv", "viewer", "certificate", "PERMISSION_DENIED"],
      ],
    );
  });

  it("serves callers without a certificate by their token, and no others", async () => {
    const byToken = clientWith({ tls: tlsOf(authority.trust), token: callerTokens.viv });
    assert.equal((await byToken.control.members()).length, 1);
    await refuses(clientWith({ tls: tlsOf(authority.trust) }).control.members(), "unauthenticated", "no-token");
    assert.equal(node.plane.refusals.of("grpc", "no-token"), 1);
  });

  it("tells callers with a certificate that is no good why, and counts and logs it, whatever token they have", async () => {
    const foreign = await other.issue(viewer);
    const cases: readonly (readonly [TlsMaterial, string, RegExp])[] = [
      [await authority.material(viewer, { daysAgo: 20, days: 10 }), "certificate-expired", /was valid until .+ GMT/],
      [await authority.material(viewer, { daysAgo: -5 }), "certificate-not-yet-valid", /not valid before .+ GMT/],
      [materialOf(authority, foreign), "certificate-untrusted", /not signed by the authority/],
      [materialOf(authority, selfSigned("/CN=viv", `URI:${viewer}`)), "certificate-untrusted", /not signed by/],
      [await authority.material("garrison://test/node/node-1"), "other-cluster", /cluster test, and this is garrison/],
    ];
    for (const [material, reason, message] of cases) {
      const before = node.plane.refusals.of("grpc", reason as "other-cluster");
      const error = await refuses(
        clientWith({ tls: tlsOf(material), token }).control.members(),
        "unauthenticated",
        reason,
      );
      assert.match(error.message, message);
      assert.equal(node.plane.refusals.of("grpc", reason as "other-cluster"), before + 1, reason);
      assert.ok(refusedLines().includes(reason), reason);
    }
    assert.equal(node.plane.refusals.of("grpc", "no-token"), 0);
  });

  it("serves the callers of two authorities while a cluster goes from one to the other", async () => {
    const { identity } = await authority.material(nodeOne);
    assert.ok(identity !== undefined);
    const ca = Buffer.from(`${authority.pair.cert}${other.pair.cert}`);
    const both = await ControlNode.start({ setup: { tls: fixedTls({ ca, identity }) } });
    ends.push(() => both.stop());
    for (const pair of [await authority.issue(viewer), await other.issue(viewer)]) {
      const connection = connectionTo("node-1", materialOf(authority, pair), both.plane.grpcAddress);
      await connection.call(controlService.listMembers, {});
    }
  });

  it("ends the connections of whom it trusts no more, when an authority was taken away, and no others", async () => {
    const own = await authority.material(nodeOne);
    const tls = new ChangingTls({ ...own, ca: Buffer.from(`${authority.pair.cert}${other.pair.cert}`) });
    const both = await ControlNode.start({ setup: { tls } });
    ends.push(() => both.stop());
    const streams = await Promise.all(
      [authority, other].map(async (of) => {
        const { cert, key } = await of.issue(viewer);
        // What a peer shows beside its own certificate vouches for nothing.
        const material = materialOf(authority, { cert: cert + String(own.identity?.cert), key });
        const connection = connectionTo("node-1", material, both.plane.grpcAddress);
        const watched = connection.stream(controlService.watchActors, { node: "", intervalMs: 1_000 });
        assert.equal((await watched.next()).done, false);
        return { connection, next: watched.next() };
      }),
    );
    const [kept, ended] = streams;
    assert.ok(kept !== undefined && ended !== undefined);
    tls.change({ ca: own.ca });
    await refuses(ended.next, "unavailable");
    await refuses(ended.connection.call(controlService.listMembers, {}), "unauthenticated", "certificate-untrusted");
    assert.equal((await kept.next).done, false);
  });

  it("refuses a certificate of the authority that names nobody, or more than one", async () => {
    const names = ["DNS:node-1", "URI:https://garrison/node/node-1", `URI:${viewer},URI:${admin}`];
    for (const subjectAltName of names) {
      const material = materialOf(authority, signedByOpenssl(authority, subjectAltName));
      const call = clientWith({ tls: tlsOf(material), token }).control.members();
      await refuses(call, "unauthenticated", "certificate-unnamed");
    }
    assert.equal(node.plane.refusals.of("grpc", "certificate-unnamed"), names.length);
  });

  it("goes to no server but the node that was meant, and says why", async () => {
    const own = await authority.material(admin);
    const call = (connection: Connection): Promise<unknown> => connection.call(controlService.listMembers, {});
    await call(connectionTo("node-1", own));
    const wrongNode = await refuses(call(connectionTo("node-2", own)), "unavailable");
    assert.match(wrongNode.message, /certificate is the one of node node-1, not of node-2/);
    const wrongCluster = clientWith({ tls: tlsOf(own, "prod") }).control.members();
    assert.match((await refuses(wrongCluster, "unavailable")).message, /for the cluster garrison, not for prod/);
    const wrongAuthority = clientWith({ tls: tlsOf(await other.material(admin)) }).control.members();
    assert.match((await refuses(wrongAuthority, "unavailable")).message, /certificate/);
  });

  it("is not served by who holds a client's certificate, also of an admin", async () => {
    const impostor = await ControlNode.start({ setup: { tls: fixedTls(await authority.material(admin)) } });
    ends.push(() => impostor.stop());
    const connection = connectionTo("node-1", await authority.material(viewer), impostor.plane.grpcAddress);
    const error = await refuses(connection.call(controlService.listMembers, {}), "unavailable");
    assert.match(error.message, /certificate/);
  });

  it("turns away who does not speak TLS, and says so", async () => {
    await refuses(clientWith({ token }).control.members(), "unavailable");
    await until(
      () => node.plane.refusals.of("grpc", "not-tls") >= 1,
      () => node.plane.refusals.all(),
    );
    assert.ok(refusedLines().includes("not-tls"));
  });

  it("does not wait for a handshake that does not come", async () => {
    const [host = "", port = ""] = node.plane.grpcAddress.split(":");
    const socket = connectInTheClear({ host, port: Number(port) });
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.on("error", () => undefined);
    // Bytes that are no hello; the silent ones are ended by the deadline of the handshake.
    socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    await closed;
  });

  it("passes calls on to the node that they are about, by the certificate of this one", async () => {
    const database = createMemoryDatabase({ clock: systemClock });
    const nodes = await Promise.all(
      ["a", "b"].map(async (id) => {
        const tls = fixedTls(await authority.material(`garrison://garrison/node/${id}`));
        return ControlNode.start({ id, database, setup: { tls } });
      }),
    );
    const [a, b] = nodes;
    assert.ok(a !== undefined && b !== undefined);
    for (const one of nodes) {
      ends.push(() => one.stop());
      one.members = nodes.map((each) => () => each.identity());
    }
    const client = createClient({
      address: a.plane.grpcAddress,
      clock: systemClock,
      tls: tlsOf(await authority.material(admin)),
    });
    ends.push(() => client.close());
    await client.control.stop("b", "/idle/one");
    // The table says that b is where a is: it is not, by its certificate.
    a.members = [() => a.identity(), () => ({ ...b.identity(), address: a.plane.grpcAddress })];
    const error = await refuses(client.control.stop("b", "/idle/two"), "unavailable", "node-gone");
    assert.match(error.message, /certificate is the one of node a, not of b/);
  });
});
