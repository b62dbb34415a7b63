import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../src/base/clock.ts";
import { openEmbeddedStore } from "../../../src/store/embedded/index.ts";
import { built } from "../../support/built.ts";
import { RedisServer } from "../../support/redis-server.ts";
import { SmallDisk } from "../../support/small-disk.ts";
import { startStoreThread } from "../../support/store-thread.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { FullCluster } from "./full-cluster.ts";

const mebibyte = 1024 * 1024;

describe("a cluster whose store is full refuses new scans, keeps those it took, and goes on by itself", function () {
  this.timeout(120_000);
  const folder = tempDir("full-store");
  let cluster: FullCluster | undefined;

  before(built);
  afterEach(async () => {
    await cluster?.end();
    cluster = undefined;
  });
  after(() => folder.remove());

  const own = (name: string): string => {
    const path = join(folder.path, name);
    mkdirSync(path);
    return path;
  };

  it("a disk without a byte left", async () => {
    const home = own("disk");
    const disk = new SmallDisk(own("mounted"), 96);
    cluster = await FullCluster.start({
      folder: home,
      store: { url: `lmdb:${join(disk.path, "store")}` },
      through: disk.through,
    });
    const { pid } = cluster;
    await cluster.survives(
      () => {
        disk.fill(pid);
        assert.equal(disk.freeBytes(pid), 0);
      },
      () => disk.free(pid),
    );
  });

  it("store.maxBytes", async () => {
    const home = own("bounded");
    const directory = join(home, "store");
    cluster = await FullCluster.start({ folder: home, store: { url: `lmdb:${directory}`, maxBytes: 4 * mebibyte } });
    // Another process of this machine, which knows no bound.
    const store = await openEmbeddedStore({ directory, clock: systemClock, startThread: startStoreThread });
    const space = store.space("others");
    const keys = Array.from({ length: 20 }, (_, index) => `filler/${index}`);
    try {
      await cluster.survives(
        async () => {
          const value = "x".repeat(250_000);
          for (const key of keys) await space.commit(undefined, [{ type: "put", key, value }]);
        },
        async () => {
          await space.commit(
            undefined,
            keys.map((key) => ({ type: "delete", key })),
          );
        },
      );
    } finally {
      await store.close();
    }
  });

  it("maxmemory of Redis", async () => {
    const server = await RedisServer.start({ appendfsync: "always" });
    try {
      cluster = await FullCluster.start({ folder: own("redis"), store: { url: server.url } });
      await cluster.survives(
        () => server.command("CONFIG", "SET", "maxmemory", "1mb").then(() => undefined),
        () => server.command("CONFIG", "SET", "maxmemory", "0").then(() => undefined),
      );
    } finally {
      await cluster?.end();
      await server.stop();
    }
  });
});
