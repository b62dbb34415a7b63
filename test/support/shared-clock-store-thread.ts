import { parentPort, workerData } from "node:worker_threads";
import { systemClock, type Clock } from "../../src/base/clock.ts";
import { serveStore, type ThreadSettings } from "../../src/store/embedded/index.ts";

/** A store thread that reads the time of a `SharedClock`; its polls are real. */
const { settings, time } = workerData as { readonly settings: ThreadSettings; readonly time: Float64Array };
const monotonicMs = (): number => time[0] ?? 0;
const clock: Clock = {
  monotonicMs,
  wallMs: () => 1_700_000_000_000 + monotonicMs(),
  after: (delayMs, run, background) => systemClock.after(delayMs, run, background),
};
if (parentPort === null) throw new Error("started by a SharedClock");
serveStore(parentPort, settings, clock);
