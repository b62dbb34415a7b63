import assert from "node:assert/strict";
import { systemClock } from "../../../src/base/clock.ts";
import { channelSecurity, createClient, type ClientTls, type GarrisonClient } from "../../../src/client/index.ts";
import { createMemoryDatabase } from "../../../src/store/memory/index.ts";
import { controlService, type TlsSource } from "../../../src/wire/index.ts";
import { callerTokens, ControlNode, token } from "./control-node.ts";
import { first } from "./first.ts";
import { rawCall, type RawOutcome } from "./raw-call.ts";
import { refuses } from "./refuses.ts";
import { TestAuthority } from "../../support/certificates.ts";

const cluster = "garrison";
const kill = controlService.killActor;
const killBytes = kill.request.encode({ node: "", path: "/idle/one" });

describe("callers with certificates", () => {
  let authority: TestAuthority;
  let one: ControlNode;
  let two: ControlNode;
  let nodeTls: TlsSource;
  const clients: GarrisonClient[] = [];
  before(async () => {
    authority = await TestAuthority.create(cluster);
    nodeTls = await authority.node("node-1");
  });
  beforeEach(async () => {
    const database = createMemoryDatabase({ clock: systemClock });
    one = await ControlNode.start({ id: "node-1", database, setup: { tls: nodeTls } });
    two = await ControlNode.start({ id: "node-2", database, setup: { tls: await authority.node("node-2") } });
    for (const node of [one, two]) node.members = [() => one.identity(), () => two.identity()];
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await Promise.all([one.stop(), two.stop()]);
  });

  const as = (tls: ClientTls, secret?: string): GarrisonClient => {
    const options = { address: one.plane.grpcAddress, tls, clock: systemClock };
    const client = createClient(secret === undefined ? options : { ...options, token: secret });
    clients.push(client);
    return client;
  };
  const raw = (tls: ClientTls, headers: Readonly<Record<string, string>> = {}): Promise<RawOutcome> =>
    rawCall(two.plane.grpcAddress, kill.path, killBytes, headers, { security: channelSecurity(tls) });
  const audited = async (): Promise<readonly string[]> => {
    const { records } = await as(await authority.client("auditor", "admin")).control.audit();
    return records.map(({ node, caller, role, by, through, outcome }) =>
      [node, caller, role, by, through, outcome].join(" "),
    );
  };

  it("have the name and the role that stand there; nodes pass on who they are", async () => {
    const vera = as(await authority.client("vera", "viewer"));
    const trees = await first(vera.control.watchActors({ node: "*" }, new AbortController().signal));
    assert.deepEqual(
      trees?.map(({ node, error }) => [node, error]),
      [
        ["node-1", ""],
        ["node-2", ""],
      ],
    );
    const refused = await refuses(vera.control.kill("node-2", "/idle/one"), "permission-denied", "role");
    assert.equal(refused.message, "KillActor needs the role admin, and vera is viewer");
    await as(await authority.client("ada@example.test", "admin")).control.stop("node-2", "/idle/one");
    assert.deepEqual(await audited(), [
      "node-2 ada@example.test admin certificate node-1 ok",
      "node-1 vera viewer certificate  PERMISSION_DENIED",
    ]);
  });

  it("may be without one where they have a token; with neither they are told of both", async () => {
    const stranger = authority.stranger();
    await as(stranger, callerTokens.ada).control.stop("node-2", "/idle/one");
    assert.deepEqual(await audited(), ["node-2 ada admin token node-1 ok"]);
    const error = await refuses(as(stranger).control.members(), "unauthenticated", "no-token");
    assert.match(error.message, /neither a client certificate nor a token/);
  });

  it("cannot name somebody else: only a node's certificate vouches for another caller", async () => {
    const forged = { "garrison-forwarded": "admin token operator" };
    const eve = await raw(await authority.client("eve", "admin"), forged);
    assert.deepEqual(
      [eve.status, eve.reason, eve.details],
      ["PERMISSION_DENIED", "forged-caller", "only nodes pass calls on for others, and eve is none"],
    );
    const holder = await raw(authority.stranger(), { ...forged, authorization: `Bearer ${token}` });
    assert.equal(holder.reason, "forged-caller", "with certificates the operator token makes nobody a node");
    const node: ClientTls = { source: nodeTls, cluster };
    assert.equal((await raw(node)).reason, "role", "a node calls nothing for itself");
    const viewer = await raw(node, { "garrison-forwarded": "viewer token vera" });
    assert.deepEqual([viewer.reason, viewer.details], ["role", "KillActor needs the role admin, and vera is viewer"]);
    assert.equal((await raw(node, forged)).status, "OK");
    assert.deepEqual(await audited(), [
      "node-2 operator admin token node-1 ok",
      "node-2 vera viewer token node-1 PERMISSION_DENIED",
      "node-2    node-1 PERMISSION_DENIED",
      "node-2 operator admin token  PERMISSION_DENIED",
      "node-2 eve admin certificate  PERMISSION_DENIED",
    ]);
  });

  it("are not passed on to a node that is not the one that was meant", async () => {
    const wrongly = { ...one.identity(), id: "node-3", address: two.plane.grpcAddress };
    one.members = [...one.members, () => wrongly];
    const ada = as(await authority.client("ada", "admin"));
    const error = await refuses(ada.control.kill("node-3", "/idle/one"), "unavailable", "node-gone");
    assert.match(error.message, /the server's certificate is the one of node node-2, not of node-3/);
    assert.equal(two.begun.filter((path) => path === "/idle/one").length, 1);
  });
});
