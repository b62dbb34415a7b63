import { parentPort } from "node:worker_threads";
import { systemClock } from "../base/clock.ts";
import { serveFlows } from "../engines/scan/flow/index.ts";

/** The entry of a thread that runs the flow scripts of templates. */
if (parentPort === null) throw new Error("flow-thread is started by a scan engine, not by hand");
await serveFlows(parentPort, systemClock);
