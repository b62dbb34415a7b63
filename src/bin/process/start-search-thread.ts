import { Worker } from "node:worker_threads";
import type { StartSearchThread } from "../../engines/scan/index.ts";

/** A response and what is made of it fit; what needs more ends with the thread, not with the process. */
const mostMemoryMb = 512;

/** Starts a thread that searches responses from the built files. */
export const startSearchThread: StartSearchThread = () =>
  new Worker(new URL("../search-thread.js", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: mostMemoryMb },
  });
