import { Worker } from "node:worker_threads";
import type { StartFlowThread } from "../../engines/scan/index.ts";

/** Starts a thread for the flow scripts of templates from the built files. */
export const startFlowThread: StartFlowThread = () => new Worker(new URL("../flow-thread.js", import.meta.url));
