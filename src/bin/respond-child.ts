import { Socket } from "node:net";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { systemClock } from "../base/clock.ts";
import { guardEgress } from "../engines/playbook/child/egress/guard.ts";
import { endGroup } from "../engines/playbook/child/end-group.ts";
import { serveChild } from "../engines/playbook/child/serve-child.ts";
import { Pulse } from "../engines/playbook/child/watchdog/pulse.ts";
import type { WatchdogSettings } from "../engines/playbook/child/watchdog/serve-watchdog.ts";

/**
 * The entry of the process of a run. A node starts it, before there is a run, with frames on descriptor 3 and its own life on 4, as the
 * leader of a process group.
 */
const frameDescriptor = 3;

const { values } = parseArgs({
  options: { "stall-ms": { type: "string" }, "warm-threads": { type: "string" }, "thread-heap-mb": { type: "string" } },
});
const numberOf = (flag: keyof typeof values): number => {
  const value = Number(values[flag]);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`respond-child needs --${flag} with a whole number`);
  return value;
};
const stallMs = numberOf("stall-ms");
const warmThreads = numberOf("warm-threads");
const maxOldGenerationSizeMb = numberOf("thread-heap-mb");

for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);

// The guard takes the name away from the playbook.
const Thread = Worker;
const guard = guardEgress();
const pulse = new Pulse();
const watchdog = new Thread(new URL("./respond-watchdog.js", import.meta.url), {
  workerData: { shared: pulse.shared, stallMs } satisfies WatchdogSettings,
});
watchdog.unref();

serveChild({
  channel: new Socket({ fd: frameDescriptor, readable: true, writable: true }),
  clock: systemClock,
  guard,
  startThread: () =>
    new Thread(new URL("./respond-thread.js", import.meta.url), { resourceLimits: { maxOldGenerationSizeMb } }),
  warmThreads,
  watched: new Promise((resolve) => watchdog.once("message", () => resolve())),
  beat: () => pulse.start(systemClock, stallMs),
  onUncaught: (listener) => {
    process.on("uncaughtException", listener).on("unhandledRejection", listener);
  },
  end: endGroup,
});
