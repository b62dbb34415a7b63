import type { Clock } from "../../base/clock.ts";
import { parseStoreUrl } from "../../config/index.ts";
import type { Store } from "../../store/index.ts";
import { openEmbeddedStore } from "../../store/embedded/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../store/memory/index.ts";
import { startStoreThread } from "../process/start-store-thread.ts";
import { UsageError } from "../process/usage-error.ts";

/**
 * Opens the store that a `store.url` of the config names.
 * @throws StoreError, UsageError
 */
export const openStore = async (url: string, clock: Clock): Promise<Store> => {
  const location = parseStoreUrl(url);
  if (typeof location === "string") throw new UsageError(`store.url: ${location}`);
  switch (location.type) {
    case "lmdb":
      return openEmbeddedStore({ directory: location.directory, clock, startThread: startStoreThread });
    case "memory":
      return openMemoryStore(createMemoryDatabase({ clock }));
  }
};
