import { Worker } from "node:worker_threads";
import type { StartThread } from "../../store/embedded/index.ts";

/** Starts a thread of the embedded store from the built files. */
export const startStoreThread: StartThread = (settings) =>
  new Worker(new URL("../store-thread.js", import.meta.url), { workerData: settings });
