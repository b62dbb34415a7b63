import { Worker } from "node:worker_threads";

/** Rules and matches are not on this heap; what is unpacked is, and of it no more than limits permit. */
const mostMemoryMb = 1_024;

/** Starts a thread that scans with rules of YARA from the built files. */
export const startYaraThread = (): Worker =>
  new Worker(new URL("../yara-scan-thread.js", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: mostMemoryMb },
  });
