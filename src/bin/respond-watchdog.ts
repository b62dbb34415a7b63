import { Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../base/clock.ts";
import { endGroup } from "../engines/playbook/child/end-group.ts";
import { serveWatchdog, type WatchdogSettings } from "../engines/playbook/child/watchdog/serve-watchdog.ts";

/** The descriptor that is open for as long as the node lives. */
const lifeDescriptor = 4;

/** The entry of the thread that watches over the process of a run. */
if (parentPort === null) throw new Error("respond-watchdog is started by the process of a run, not by hand");
serveWatchdog({
  ...(workerData as WatchdogSettings),
  life: new Socket({ fd: lifeDescriptor, readable: true, writable: true }),
  clock: systemClock,
  endAll: endGroup,
});
parentPort.postMessage("ready");
