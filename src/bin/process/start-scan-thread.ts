import { Worker } from "node:worker_threads";

/** Of the heap of a thread. Rules and matches of YARA are not on it; what is unpacked lies beside it, and is no more than limits permit. */
const mostMemoryMb = 1_024;

/** Starts a thread that scans from the built files: with rules of YARA, or with another engine that computes. */
export const startScanThread = (entry: "yara-scan-thread" | "engine-thread"): Worker =>
  new Worker(new URL(`../${entry}.js`, import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: mostMemoryMb },
  });
