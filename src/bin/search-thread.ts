import { parentPort } from "node:worker_threads";
import { serveSearches } from "../engines/scan/search/thread/serve-searches.ts";

/** The entry of a thread that searches responses for the scan engine of the thread that started it. */
if (parentPort === null) throw new Error("search-thread is started by a scan engine, not by hand");
serveSearches(parentPort);
