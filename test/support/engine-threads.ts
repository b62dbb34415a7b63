import type { StartFlowThread } from "../../src/engines/scan/index.ts";
import { startThread } from "./start-thread.ts";

/** Starts a thread for the flow scripts of templates. */
export const startFlowThread: StartFlowThread = () => startThread("../../src/bin/flow-thread", import.meta.url);
