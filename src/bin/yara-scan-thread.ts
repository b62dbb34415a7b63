import { parentPort } from "node:worker_threads";
import { compile, validate } from "@litko/yara-x";
import { systemClock } from "../base/clock.ts";
import { serveScans } from "../engines/malware/yara/serve-scans.ts";

/** The entry of a thread that scans with rules of YARA. */
if (parentPort === null) throw new Error("yara-scan-thread is started by a detector, not by hand");
serveScans(parentPort, { compile, validate }, systemClock);
