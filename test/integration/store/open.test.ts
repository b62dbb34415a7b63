import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { open as openLmdb } from "lmdb";
import { systemClock } from "../../../src/base/clock.ts";
import { openEmbeddedStore, type EmbeddedStoreOptions } from "../../../src/store/embedded/index.ts";
import { StoreError, type Store } from "../../../src/store/index.ts";
import { rejects } from "../../support/rejects.ts";
import { startStoreThread } from "../../support/store-thread.ts";
import { tempDir } from "../../support/temp-dir.ts";

const openStore = (directory: string, more: Partial<EmbeddedStoreOptions> = {}): Promise<Store> =>
  openEmbeddedStore({ directory, clock: systemClock, startThread: startStoreThread, ...more });

const addItems = async (store: Store, count: number, body = "x".repeat(500)): Promise<void> => {
  for (let at = 0; at < count; at += 100) {
    const items = Array.from({ length: 100 }, (_, index) => ({ id: `i${at + index}`, body }));
    await store.space("s").queue.add("work", items);
  }
};

describe("opening an embedded store", function () {
  this.timeout(30_000);
  const root = tempDir("open");
  let directories = 0;
  const fresh = (): string => join(root.path, `d${directories++}`);
  after(() => root.remove());

  it("makes a directory that only its owner reads, and finds everything again", async () => {
    const directory = join(fresh(), "deep", "store");
    const first = await openStore(directory);
    assert.equal(statSync(directory).mode & 0o777, 0o700);
    await addItems(first, 100);
    const lease = await first.space("s").leases.acquire("l", "a", 60_000);
    await first.close();
    await rejects(first.space("s").queue.counts("work"), "closed");
    await first.close();

    const second = await openStore(directory);
    assert.equal((await second.space("s").queue.counts("work")).waiting, 100);
    assert.equal(await second.space("s").leases.acquire("l", "b", 60_000), undefined, "leases hold over a restart");
    assert.ok(lease && (await second.space("s").leases.renew(lease, 60_000)));
    await second.close();
  });

  it("refuses a file in the place of the directory", async () => {
    const directory = fresh();
    writeFileSync(directory, "a file");
    await rejects(openStore(directory), "corrupt");
  });

  for (const [what, content] of [
    ["text", Buffer.from("not a store\n".repeat(1_000))],
    ["zeros", Buffer.alloc(65_536)],
    ["one byte", Buffer.from([1])],
  ] as const) {
    it(`refuses a data file of ${what}`, async () => {
      const directory = fresh();
      mkdirSync(directory);
      writeFileSync(join(directory, "data.mdb"), content);
      await rejects(openStore(directory), "corrupt");
    });
  }

  it("takes an empty data file, which a crash in the first instant leaves, for a new store", async () => {
    const directory = fresh();
    mkdirSync(directory);
    writeFileSync(join(directory, "data.mdb"), "");
    await (await openStore(directory)).close();
  });

  it("refuses files that another program made", async () => {
    const directory = fresh();
    const other = openLmdb<string, string>({
      path: directory,
      noSubdir: false,
      encoding: "string",
      overlappingSync: false,
    });
    await other.put("key", "value");
    await other.close();
    await rejects(openStore(directory), "corrupt");
  });

  it("refuses a store of a newer schema and leaves it as it is", async () => {
    const directory = fresh();
    await (await openStore(directory)).close();
    const files = openLmdb<string, string>({
      path: directory,
      noSubdir: false,
      encoding: "string",
      overlappingSync: false,
    });
    const row = JSON.parse(files.get("!store") ?? "") as object;
    await files.put("!store", JSON.stringify({ ...row, schema: 999, unheardOf: true }));
    await files.close();
    const before = readFileSync(join(directory, "data.mdb"));
    await rejects(openStore(directory), "newer-schema");
    assert.deepEqual(readFileSync(join(directory, "data.mdb")), before);
  });

  it("survives a data file that was cut off anywhere: refused, or whole", async () => {
    const directory = fresh();
    const store = await openStore(directory);
    await addItems(store, 1_000);
    await store.close();
    const file = join(directory, "data.mdb");
    const { size } = statSync(file);
    for (const part of [0.01, 0.1, 0.5, 0.9, 0.99, 1 - 4_096 / size, 1 - 1 / size]) {
      const copy = fresh();
      mkdirSync(copy);
      copyFileSync(file, join(copy, "data.mdb"));
      truncateSync(join(copy, "data.mdb"), Math.floor(size * part));
      const reopened = await openStore(copy).catch((error: unknown) => {
        assert.ok(error instanceof StoreError && error.code === "corrupt", String(error));
        return undefined;
      });
      if (reopened === undefined) continue;
      assert.ok(part > 0.98, `a store without ${1 - part} of its bytes was taken for whole`);
      assert.equal((await reopened.space("s").queue.counts("work")).waiting, 1_000);
      await reopened.close();
    }
  });

  it("takes a file whose last pages were free, and so never written, for whole", async () => {
    const directory = fresh();
    const store = await openStore(directory);
    await addItems(store, 100);
    await store.close();
    const file = join(directory, "data.mdb");
    const bytes = readFileSync(file);
    const lastPage = 144;
    for (const meta of [0, 4_096]) bytes.writeBigUInt64LE(BigInt(bytes.length / 4_096 + 4), meta + lastPage);
    writeFileSync(file, bytes);
    const reopened = await openStore(directory);
    assert.equal((await reopened.space("s").queue.counts("work")).waiting, 100);
    assert.ok(statSync(file).size > bytes.length);
    await addItems(reopened, 200);
    await reopened.close();
  });

  it("refuses a directory that cannot be made", async () => {
    await rejects(openStore("/proc/garrison"), "corrupt");
    const file = fresh();
    writeFileSync(file, "x");
    await rejects(openStore(join(file, "below")), "corrupt");
  });
});
