import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../src/base/clock.ts";
import { StoreError } from "../../src/store/index.ts";
import { openEmbeddedStore } from "../../src/store/embedded/index.ts";
import { startStoreThread } from "./store-thread.ts";

const mostTries = 20;

/**
 * Freezes a process, which has the embedded store of this directory open, at a moment in which it does not hold the store's lock: the
 * others can go on. (A store tolerates killed processes, not ones that are frozen in the middle of a transaction.)
 */
export const freezeOutsideOfStore = async (pid: number, directory: string): Promise<void> => {
  const store = await openEmbeddedStore({
    directory,
    clock: systemClock,
    startThread: startStoreThread,
    callTimeoutMs: 1_000,
  });
  try {
    for (let tries = 1; ; tries += 1) {
      process.kill(pid, "SIGSTOP");
      try {
        await store.space("test").commit(undefined, [{ type: "put", key: "written", value: tries }]);
        return;
      } catch (error) {
        process.kill(pid, "SIGCONT");
        if (tries === mostTries || !(error instanceof StoreError && error.code === "deadline")) throw error;
        await pause(100 + 37 * tries);
      }
    }
  } finally {
    await store.close();
  }
};
