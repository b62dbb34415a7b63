import { Worker } from "node:worker_threads";
import type { StartThread } from "../../src/store/embedded/index.ts";

/** Starts a store thread from the TypeScript sources: a thread has to load tsx by itself. */
export const startStoreThread: StartThread = (settings) =>
  new Worker(new URL("store-thread.js", import.meta.url), { workerData: settings });
