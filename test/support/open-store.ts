import { openStore } from "../../src/bin/node/open/open-store.ts";
import { parseStoreUrl } from "../../src/config/index.ts";
import { openEmbeddedStore } from "../../src/store/embedded/index.ts";
import { startStoreThread } from "./store-thread.ts";

/** Opens the store of a config as production does, also from sources: the threads of the embedded store have to load tsx then. */
export const openStoreForTests: typeof openStore = (config, clock, log) => {
  const location = parseStoreUrl(config.store.url);
  if (typeof location === "string" || location.type !== "lmdb") return openStore(config, clock, log);
  return openEmbeddedStore({ directory: location.directory, clock, startThread: startStoreThread });
};
