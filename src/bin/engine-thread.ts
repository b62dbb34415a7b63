import { parentPort } from "node:worker_threads";
import { systemClock } from "../base/clock.ts";
import { serveScans } from "../engines/malware/threads/serve-scans.ts";
import { openThreadEngine, type ThreadEngine } from "./detectors/thread-engine.ts";

/** The entry of a thread that scans with one of the engines that compute. */
if (parentPort === null) throw new Error("engine-thread is started by a detector, not by hand");
serveScans(parentPort, (load) => openThreadEngine(systemClock, load as ThreadEngine));
