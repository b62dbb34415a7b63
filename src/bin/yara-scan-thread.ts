import { parentPort } from "node:worker_threads";
import { compile, validate } from "@litko/yara-x";
import { systemClock } from "../base/clock.ts";
import { serveScans } from "../engines/malware/threads/serve-scans.ts";
import { openRules } from "../engines/malware/yara/open-rules.ts";
import type { RulesToLoad } from "../engines/malware/yara/rules-to-load.ts";

/** The entry of a thread that scans with rules of YARA. */
if (parentPort === null) throw new Error("yara-scan-thread is started by a detector, not by hand");
serveScans(parentPort, (load) => openRules({ compile, validate }, systemClock, load as RulesToLoad));
