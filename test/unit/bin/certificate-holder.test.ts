import assert from "node:assert/strict";
import { holderOf, type HolderFlags } from "../../../src/bin/commands/cert/holder.ts";
import { UsageError } from "../../../src/bin/process/usage-error.ts";

describe("whom cert issue makes a certificate for", () => {
  it("is one node or one client", () => {
    assert.deepEqual(holderOf({ node: "node-1", host: ["10.0.0.1", "*.internal", "::1"] }, "prod"), {
      peer: { type: "node", cluster: "prod", id: "node-1" },
      hosts: ["10.0.0.1", "*.internal", "::1"],
      fileName: "node-1",
    });
    assert.deepEqual(holderOf({ client: "alice@ops", role: "viewer" }, "prod"), {
      peer: { type: "client", cluster: "prod", name: "alice@ops", role: "viewer" },
      hosts: [],
      fileName: "client-alice@ops",
    });
  });

  it("is refused with what would do", () => {
    const cases: readonly (readonly [HolderFlags, RegExp])[] = [
      [{}, /either --node ID or --client NAME/],
      [{ node: "a", client: "b" }, /either --node ID or --client NAME/],
      [{ client: "b" }, /needs --role reporter, viewer, operator or admin/],
      [{ node: "a", role: "admin" }, /--role goes with --client/],
      [{ client: "b", role: "admin", host: ["a"] }, /--host goes with --node/],
      [{ node: "../a" }, /names no peer/],
      [{ client: "a/b", role: "viewer" }, /names no peer/],
      [{ node: "a", host: ["a b"] }, /neither a DNS name nor an address/],
      [{ node: "a", host: ["a, URI:garrison://prod/node/b"] }, /neither a DNS name nor an address/],
      [{ node: "a", host: Array.from({ length: 33 }, () => "a") }, /at most 32/],
    ];
    for (const [flags, message] of cases) {
      assert.throws(
        () => holderOf(flags, "prod"),
        (error) => error instanceof UsageError && message.test(error.message),
        JSON.stringify(flags),
      );
    }
  });
});
