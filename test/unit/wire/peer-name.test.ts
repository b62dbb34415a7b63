import assert from "node:assert/strict";
import { certifiedPeer, formatPeerName, parsePeerName, WireError, wrongServer } from "../../../src/wire/index.ts";

describe("names of peers in certificates", () => {
  it("reads what it wrote", () => {
    const peers = [
      { type: "node", cluster: "prod.eu-1", id: "node-1" },
      { type: "client", cluster: "prod", name: "Alice.O@sec_ops", role: "operator" },
    ] as const;
    for (const peer of peers) assert.deepEqual(parsePeerName(formatPeerName(peer)), peer);
  });

  it("takes each name in one spelling only", () => {
    const others = [
      "garrison://prod/node/",
      "garrison://prod/node/a/b",
      "garrison://prod/node/a?role=admin",
      "garrison://prod/node/a#x",
      "garrison://prod/node/%61",
      "garrison://Prod/node/a",
      "garrison://prod/node/A",
      "garrison://prod/client/a",
      "garrison://prod/client/a?role=root",
      "garrison://prod/client/a?role=admin&role=viewer",
      "garrison://prod:1/node/a",
      "garrison://u@prod/node/a",
      "garrison:///node/a",
      "GARRISON://prod/node/a",
      " garrison://prod/node/a",
      "garrison://prod/node/a\n",
      "garrison://prod/authority",
      `garrison://prod/node/${"a".repeat(64)}`,
      `garrison://${"a".repeat(64)}/node/a`,
      "https://prod/node/a",
      "",
    ];
    for (const uri of others) assert.equal(parsePeerName(uri), undefined, uri);
  });

  it("writes no name that it could not read", () => {
    const isRefused = (error: unknown): boolean => error instanceof WireError && error.code === "invalid";
    for (const id of ["", "A", "a/b", "a?b", "a b", "a".repeat(64)]) {
      assert.throws(() => formatPeerName({ type: "node", cluster: "prod", id }), isRefused, id);
      assert.throws(() => formatPeerName({ type: "node", cluster: id, id: "a" }), isRefused, id);
    }
  });

  it("finds the one name among those of a certificate, whatever else stands there", () => {
    const node = { type: "node", cluster: "prod", id: "a" };
    const cases: readonly (readonly [string | undefined, unknown])[] = [
      ["URI:garrison://prod/node/a", node],
      ["DNS:a.example, IP Address:10.0.0.1, URI:garrison://prod/node/a, URI:https://x.example/", node],
      ["DNS:garrison://prod/node/a", undefined],
      ["URI:garrison://prod/node/a, URI:garrison://prod/node/b", undefined],
      ["URI:garrison://prod/node/a, URI:garrison://prod/authority", undefined],
      ["DNS:a.example", undefined],
      ["", undefined],
      [undefined, undefined],
      // Node quotes names with characters that could pass for the next entry.
      ['DNS:"x, URI:garrison://prod/node/a, y"', undefined],
      ['URI:garrison://prod/node/a, DNS:"x\\u002c"', undefined],
      [`URI:garrison://prod/node/a, ${"DNS:x, ".repeat(4_000)}DNS:y`, undefined],
    ];
    for (const [subjectaltname, peer] of cases) assert.deepEqual(certifiedPeer({ subjectaltname }), peer);
  });

  it("tells a server that is not the one that was meant", () => {
    const of = (subjectaltname: string, node?: string): string | undefined =>
      wrongServer({ cluster: "prod", ...(node === undefined ? {} : { node }) }, { subjectaltname })?.message;
    assert.equal(of("URI:garrison://prod/node/a", "a"), undefined);
    assert.equal(of("URI:garrison://prod/node/a"), undefined);
    assert.match(of("URI:garrison://prod/node/b", "a") ?? "", /node b, not of a/);
    assert.match(of("URI:garrison://test/node/a", "a") ?? "", /cluster test, not for prod/);
    assert.match(of("URI:garrison://prod/client/a?role=admin") ?? "", /not the one of a node/);
    assert.match(of("DNS:a.example", "a") ?? "", /not the one of a node/);
  });
});
