import { parentPort } from "node:worker_threads";
import { systemClock } from "../base/clock.ts";
import { guardEgress } from "../engines/playbook/child/egress/guard.ts";
import { serveActions } from "../engines/playbook/child/threads/serve-actions.ts";

/** The entry of a thread that runs the actions of a playbook, in the process of a run. */
if (parentPort === null) throw new Error("respond-thread is started by the process of a run, not by hand");
serveActions(parentPort, guardEgress(), systemClock);
