import type { StartFlowThread } from "../../src/engines/scan/index.ts";
import type { StartSearchThread } from "../../src/engines/scan/search/thread/search-thread.ts";
import { startThread } from "./start-thread.ts";

/** Starts a thread for the flow scripts of templates. */
export const startFlowThread: StartFlowThread = () => startThread("../../src/bin/flow-thread", import.meta.url);

/** Starts a thread that searches responses. */
export const startSearchThread: StartSearchThread = () => startThread("../../src/bin/search-thread", import.meta.url);
