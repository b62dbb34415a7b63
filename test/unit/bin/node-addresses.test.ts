import assert from "node:assert/strict";
import { nodeAddresses } from "../../../src/bin/calls/node-addresses.ts";
import { UsageError } from "../../../src/bin/process/usage-error.ts";

const config = "127.0.0.1:7443";
const flagged = (flag: string): readonly string[] => nodeAddresses({ flag, env: "127.0.0.1:1", config });

describe("the nodes to call", () => {
  it("are those of the flag, else of the environment, else the one of the config", () => {
    assert.deepEqual(flagged("127.0.0.1:2, 127.0.0.1:3,127.0.0.1:2"), ["127.0.0.1:2", "127.0.0.1:3"]);
    assert.deepEqual(nodeAddresses({ flag: undefined, env: "127.0.0.1:1,[::1]:2", config }), [
      "127.0.0.1:1",
      "[::1]:2",
    ]);
    assert.deepEqual(nodeAddresses({ flag: undefined, env: "", config }), [config]);
  });

  it("are 1 to 16, each an address with a port", () => {
    const bad = ["", ",", "127.0.0.1:1,", "127.0.0.1:0", "127.0.0.1", "127.0.0.1:1,nowhere"];
    for (const text of bad) assert.throws(() => flagged(text), UsageError, text);
    const many = Array.from({ length: 17 }, (_, index) => `127.0.0.1:${index + 1}`);
    assert.equal(flagged(many.slice(1).join(",")).length, 16);
    assert.throws(() => flagged(many.join(",")), { message: "--node: 17 addresses, at most 16" });
  });
});
