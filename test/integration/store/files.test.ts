import assert from "node:assert/strict";
import { renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import { Database } from "../../../src/store/embedded/database.ts";
import { checkDataFile } from "../../../src/store/embedded/file-header.ts";
import { openEmbeddedStore } from "../../../src/store/embedded/index.ts";
import type { RoomBounds } from "../../../src/store/embedded/room.ts";
import { StoreError, type Store } from "../../../src/store/index.ts";
import { rejects } from "../../support/rejects.ts";
import { startStoreThread } from "../../support/store-thread.ts";
import { tempDir } from "../../support/temp-dir.ts";

describe("the files of an open embedded store", function () {
  this.timeout(30_000);
  const root = tempDir("files");
  let directories = 0;
  const fresh = (): string => join(root.path, `d${directories++}`);
  const stores: Store[] = [];
  const databases: Database[] = [];
  const openStore = async (directory: string): Promise<Store> => {
    const store = await openEmbeddedStore({ directory, clock: systemClock, startThread: startStoreThread });
    stores.push(store);
    return store;
  };
  const openDatabase = (directory: string, room?: RoomBounds): Database => {
    const database = Database.openToWrite(directory, systemClock, room);
    databases.push(database);
    return database;
  };
  afterEach(async () => {
    await Promise.allSettled([...stores.splice(0), ...databases.splice(0)].map((open) => open.close()));
  });
  after(() => root.remove());

  it("pass the check of the next opener at any moment while they grow", async () => {
    const directory = fresh();
    const store = await openStore(directory);
    const file = join(directory, "data.mdb");
    const body = "x".repeat(100_000);
    let added = 0;
    const adding = (async () => {
      for (; added < 300; added += 1) await store.space("s").queue.add("work", [{ id: `i${added}`, body }]);
    })();
    let checks = 0;
    for (; added < 300; checks += 1) {
      checkDataFile(file);
      if (checks % 20 === 0) await turn();
    }
    await adding;
    assert.ok(checks > 300, `only ${checks} checks`);
    assert.ok(statSync(file).size > 300 * body.length);
  });

  for (const [what, remove] of [
    ["the directory is removed", (directory: string): void => rmSync(directory, { recursive: true })],
    ["the data file is removed", (directory: string): void => rmSync(join(directory, "data.mdb"))],
    ["the lock file is removed", (directory: string): void => rmSync(join(directory, "lock.mdb"))],
    ["the directory is moved away", (directory: string): void => renameSync(directory, `${directory}-moved`)],
  ] as const) {
    it(`acknowledges nothing after ${what} under it, whoever makes new ones there`, async () => {
      const directory = fresh();
      const store = await openStore(directory);
      const { queue } = store.space("s");
      await queue.add("work", [{ id: "before", body: 0 }]);
      remove(directory);
      await rejects(queue.add("work", [{ id: "after", body: 0 }]), "corrupt");
      openDatabase(directory);
      await rejects(queue.add("work", [{ id: "after", body: 0 }]), "corrupt");
    });
  }

  it("refuse writes while the disk has too little room, and change nothing", () => {
    const directory = fresh();
    const database = openDatabase(directory);
    database.write(() => database.put("kept", "1"));
    const isFull = (error: unknown): boolean => error instanceof StoreError && error.code === "full" && error.retryable;
    const most = Number.MAX_SAFE_INTEGER;
    assert.throws(() => openDatabase(directory, { free: most, freeToAdd: most }), isFull);
    const tight = openDatabase(directory, { free: 1, freeToAdd: most });
    tight.write((full) => {
      assert.ok(isFull(full));
      assert.match(String(full), /bytes left: \d+ are needed/);
    });
    database.write(() => database.put("later", "1"));
    assert.deepEqual([database.get("kept"), database.get("later")], ["1", "1"]);
  });
});
