import assert from "node:assert/strict";
import { planNodes } from "../../../../src/bin/node/process/plan-nodes.ts";
import { UsageError } from "../../../../src/bin/process/usage-error.ts";
import { loadConfig, type Config } from "../../../../src/config/index.ts";

const config = (grpc: string, http: string, url = "lmdb:store"): Config =>
  loadConfig({ env: {}, overrides: { "listen.grpc": grpc, "listen.http": http, "store.url": url } }).config;

const refused = (given: Config, nodes: number, message: RegExp): void =>
  assert.throws(
    () => planNodes(given, nodes),
    (error) => error instanceof UsageError && message.test(error.message),
  );

describe("planNodes", () => {
  it("counts ids and ports up; port 0 stays 0", () => {
    assert.deepEqual(planNodes(config("127.0.0.1:7443", "[::1]:0"), 3), [
      { id: "node-1", grpc: "127.0.0.1:7443", http: "[::1]:0" },
      { id: "node-2", grpc: "127.0.0.1:7444", http: "[::1]:0" },
      { id: "node-3", grpc: "127.0.0.1:7445", http: "[::1]:0" },
    ]);
  });

  it("refuses ports that overlap or do not exist", () => {
    refused(config("127.0.0.1:7443", "127.0.0.1:7445"), 3, /overlap: set --grpc or --http farther apart/);
    refused(config("127.0.0.1:7445", "127.0.0.1:7443"), 3, /overlap/);
    assert.equal(planNodes(config("127.0.0.1:7443", "127.0.0.1:7446"), 3).length, 3);
    assert.equal(planNodes(config("127.0.0.1:7443", "127.0.0.2:7443"), 3).length, 3);
    refused(config("127.0.0.1:7443", "127.0.0.1:65534"), 3, /listen\.http: .*beyond 65535/);
  });

  it("refuses a store in memory for more than one node", () => {
    refused(config("127.0.0.1:0", "127.0.0.1:0", "memory:"), 2, /memory: is the store of one process/);
    assert.equal(planNodes(config("127.0.0.1:0", "127.0.0.1:0", "memory:"), 1).length, 1);
  });
});
