/** What a proxy does with the queue: `drain.js FOLDER` reads what front ends have written each time that a report is due, and removes it. */
import { setInterval } from "node:timers";
import { systemClock } from "../../src/base/clock.ts";
import { openOwnFolder, readRows, SegmentReader, sharedFolders } from "../../src/shared-memory/index.ts";

/** The default of `guard.report.ageMs`. */
const reportAgeMs = 100;
const bytesOfRead = 64 * 1024 * 1024;

const { writers } = sharedFolders(process.argv[2] ?? "");
openOwnFolder(writers);
const reader = new SegmentReader({ folder: writers, clock: systemClock }, []);
let [accesses, torn] = [0, 0];

const drain = (): void => {
  const read = reader.read(bytesOfRead, (payload) => {
    const frame = readRows(payload);
    if (frame === undefined) torn += 1;
    for (const { passed, intercepted } of frame?.rows ?? []) accesses += passed + intercepted;
  });
  torn += read.torn;
  reader.release(reader.positions());
};

const timer = setInterval(drain, reportAgeMs);
/** Says how many accesses it has read so far. */
process.on("message", () => process.send?.({ accesses, torn }));
process.on("disconnect", () => clearInterval(timer));
process.send?.("ready");
