import assert from "node:assert/strict";
import { callJudge, type Credentials } from "../../../src/control/access/judge-call.ts";
import { TokenBook } from "../../../src/control/access/token-book.ts";
import { centreService, controlService, type PeerName } from "../../../src/wire/index.ts";

const book = new TokenBook([
  { name: "operator", role: "admin", token: "t".repeat(43) },
  { name: "ada", role: "admin", token: "a".repeat(32) },
]);
const none: Credentials = { certificate: undefined, authorizations: [], forwardedFor: [] };
const node: PeerName = { type: "node", cluster: "prod", id: "node-2" };
const eve: PeerName = { type: "client", cluster: "prod", name: "eve", role: "operator" };
const list = controlService.listMembers.path;
const kill = controlService.killActor.path;
const announce = centreService.announce.path;
const link = "/garrison.v1.NodeService/Link";

describe("who makes a call", () => {
  const encrypted = callJudge({ cluster: "prod", tokens: book, tls: true });
  const plain = callJudge({ cluster: "prod", tokens: book, tls: false });
  const reasonOf = (verdict: ReturnType<typeof plain>): string => (verdict.allowed ? "allowed" : verdict.reason);

  it("is who the certificate names, with the role that stands there", () => {
    assert.deepEqual(encrypted(list, { ...none, certificate: eve }), {
      allowed: true,
      origin: { caller: { name: "eve", role: "operator", by: "certificate" }, through: "" },
    });
    // A token beside it adds nothing.
    const both = { ...none, certificate: eve, authorizations: [`Bearer ${"a".repeat(32)}`] };
    assert.equal(reasonOf(encrypted(kill, both)), "role");
    const verdict = encrypted(kill, { ...none, certificate: eve });
    assert.ok(!verdict.allowed);
    assert.equal(verdict.message, "KillActor needs the role admin, and eve is operator");
  });

  it("is nobody with a certificate of another cluster, whatever else the call has", () => {
    for (const certificate of [node, eve]) {
      const verdict = encrypted(list, {
        certificate: { ...certificate, cluster: "test" },
        authorizations: [`Bearer ${"a".repeat(32)}`],
        forwardedFor: [],
      });
      assert.equal(reasonOf(verdict), "other-cluster");
    }
  });

  it("is, of a node, whom it passes the call on for; for itself a node calls nothing but links", () => {
    assert.deepEqual(encrypted(kill, { ...none, certificate: node, forwardedFor: ["admin token ada"] }), {
      allowed: true,
      origin: { caller: { name: "ada", role: "admin", by: "token" }, through: "node-2" },
    });
    assert.equal(reasonOf(encrypted(kill, { ...none, certificate: node, forwardedFor: ["viewer token viv"] })), "role");
    assert.equal(reasonOf(encrypted(list, { ...none, certificate: node })), "role");
    assert.equal(reasonOf(encrypted(link, { ...none, certificate: node })), "allowed");
    assert.equal(reasonOf(encrypted(link, { ...none, certificate: eve })), "not-a-node");
    assert.deepEqual(encrypted(announce, { ...none, certificate: node }), {
      allowed: true,
      origin: { caller: { name: "node-2", role: "viewer", by: "certificate" }, through: "" },
    });
    assert.equal(reasonOf(encrypted(announce, { ...none, certificate: eve })), "not-a-node");
  });

  it("is not told by the operator token where nodes have certificates", () => {
    const operator = { ...none, authorizations: [`Bearer ${"t".repeat(43)}`] };
    assert.equal(reasonOf(plain(link, operator)), "allowed");
    assert.equal(reasonOf(encrypted(link, operator)), "not-a-node");
    const passing = { ...operator, forwardedFor: ["admin token ada"] };
    assert.equal(reasonOf(plain(kill, passing)), "allowed");
    assert.equal(reasonOf(encrypted(kill, passing)), "forged-caller");
    // For itself it may all.
    assert.equal(reasonOf(encrypted(kill, operator)), "allowed");
  });

  it("has to be an admin for a call that nobody has judged", () => {
    const invented = "/garrison.v1.ControlService/Invented";
    assert.equal(reasonOf(encrypted(invented, { ...none, certificate: eve })), "role");
    assert.equal(reasonOf(encrypted(invented, { ...none, authorizations: [`Bearer ${"a".repeat(32)}`] })), "allowed");
    assert.equal(reasonOf(encrypted("/grpc.health.v1.Health/Check", none)), "allowed");
  });

  it("is not guessed from more than one credential or name", () => {
    const good = `Bearer ${"a".repeat(32)}`;
    assert.equal(reasonOf(plain(list, { ...none, authorizations: [good, good] })), "wrong-token");
    const two = { ...none, certificate: node, forwardedFor: ["admin token ada", "admin token ada"] };
    assert.equal(reasonOf(encrypted(kill, two)), "forged-caller");
    for (const authorization of ["", "Bearer ", "a".repeat(32), `bearer ${"a".repeat(32)}`, `${good} `]) {
      assert.equal(reasonOf(plain(list, { ...none, authorizations: [authorization] })), "wrong-token");
    }
    assert.equal(reasonOf(plain(list, none)), "no-token");
  });
});
