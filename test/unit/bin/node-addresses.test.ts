import assert from "node:assert/strict";
import { nodeAddresses } from "../../../src/bin/calls/node-addresses.ts";
import { UsageError } from "../../../src/bin/process/usage-error.ts";

const config = "127.0.0.1:7443";
const flagged = (flag: string): readonly string[] => nodeAddresses({ flag, env: "127.0.0.1:1", config, tls: false });

describe("the nodes to call", () => {
  it("are those of the flag, else of the environment, else the one of the config", () => {
    assert.deepEqual(flagged("127.0.0.1:2, 127.0.0.1:3,127.0.0.1:2"), ["127.0.0.1:2", "127.0.0.1:3"]);
    assert.deepEqual(nodeAddresses({ flag: undefined, env: "127.0.0.1:1,[::1]:2", config, tls: false }), [
      "127.0.0.1:1",
      "[::1]:2",
    ]);
    assert.deepEqual(nodeAddresses({ flag: undefined, env: "", config, tls: false }), [config]);
  });

  it("are 1 to 16, each an address with a port", () => {
    const bad = ["", ",", "127.0.0.1:1,", "127.0.0.1:0", "127.0.0.1", "127.0.0.1:1,nowhere"];
    for (const text of bad) assert.throws(() => flagged(text), UsageError, text);
    const many = Array.from({ length: 17 }, (_, index) => `127.0.0.1:${index + 1}`);
    assert.equal(flagged(many.slice(1).join(",")).length, 16);
    assert.throws(() => flagged(many.join(",")), { message: "--node: 17 addresses, at most 16" });
  });

  it("are of this machine, unless calls are encrypted", () => {
    const others = ["10.0.0.1:7443", "node-1.garrison.test:7443", "[2001:db8::1]:7443", "[::127.0.0.1]:7443"];
    for (const other of others) {
      assert.throws(
        () => flagged(other),
        { message: new RegExp(`^--node: .* is not on this machine.*--tls-ca`) },
        other,
      );
      assert.deepEqual(nodeAddresses({ flag: other, env: undefined, config, tls: true }), [other]);
    }
  });

  it("are called on this machine where a node listens everywhere", () => {
    const called = (listen: string) => nodeAddresses({ flag: undefined, env: undefined, config: listen, tls: true });
    assert.deepEqual(called("0.0.0.0:7443"), ["127.0.0.1:7443"]);
    assert.deepEqual(called("[::]:7443"), ["[::1]:7443"]);
  });
});
