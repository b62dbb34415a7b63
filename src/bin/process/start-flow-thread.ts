import { Worker } from "node:worker_threads";
import type { StartFlowThread } from "../../engines/scan/index.ts";

/** What passes between a script and its host fits; the script's own memory has a bound of its own. */
const mostMemoryMb = 256;

/** Starts a thread for the flow scripts of templates from the built files. */
export const startFlowThread: StartFlowThread = () =>
  new Worker(new URL("../flow-thread.js", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: mostMemoryMb },
  });
