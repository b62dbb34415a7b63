import assert from "node:assert/strict";
import { parseDemoFlags } from "../../../src/bin/demo/demo-options.ts";

const storeOf = (...args: readonly string[]): unknown => parseDemoFlags(args).store;

describe("the flags of the demo", () => {
  it("choose the store of the run that is disturbed", () => {
    assert.deepEqual(parseDemoFlags([]), { seed: 1, store: { type: "lmdb", url: undefined } });
    assert.deepEqual(storeOf("--store", "lmdb:/tmp/x"), { type: "lmdb", url: "lmdb:/tmp/x" });
    assert.deepEqual(storeOf("--store", "redis"), { type: "own-redis", restarts: 0 });
    assert.deepEqual(storeOf("--store", "redis", "--store-restarts", "2"), { type: "own-redis", restarts: 2 });
    const url = "rediss://127.0.0.1:6379/3";
    assert.deepEqual(storeOf("--store", url, "--seed", "7"), { type: "redis", url });
  });

  it("restart no server that is not the demo's own", () => {
    for (const store of [["--store", "redis://127.0.0.1:6379"], ["--store", "lmdb:/tmp/x"], []]) {
      assert.throws(() => storeOf(...store, "--store-restarts", "2"), /--store redis$/);
    }
    assert.throws(() => storeOf("--store", "redis", "--store-restarts", "6"), /0 to 5/);
  });

  it("refuse what is no store, or one of a single process", () => {
    for (const url of ["memory:", "ftp://127.0.0.1", "redis://user:secret@127.0.0.1", "lmdb:"]) {
      assert.throws(() => storeOf("--store", url), { name: "UsageError" }, url);
    }
  });

  it("show no password when they refuse one", () => {
    assert.throws(
      () => storeOf("--store", "redis://user:secret@127.0.0.1"),
      ({ message }: Error) => /store.passwordFile/.test(message) && !message.includes("secret"),
    );
  });
});
