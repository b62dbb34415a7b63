import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../base/clock.ts";
import { serveStore, type ThreadSettings } from "../store/embedded/index.ts";

/** The entry of a thread that serves an embedded store to the thread that started it. */
if (parentPort === null) throw new Error("store-thread is started by a store, not by hand");
serveStore(parentPort, workerData as ThreadSettings, systemClock);
