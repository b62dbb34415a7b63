/**
 * A front end's process that records accesses as fast as it can: `node recording-process.js FOLDER SUBJECT LEDGER`. It writes the number of
 * accesses that it has recorded, and did not have to drop, into the file LEDGER, eight bytes, after each one, so that it is known at the
 * moment of its death.
 */
import { openSync, writeSync } from "node:fs";
import { systemClock } from "../../../src/base/clock.ts";
import { ReportQueue } from "../../../src/shared-memory/index.ts";

const [folder = "", subject = "", ledger = ""] = process.argv.slice(2);
const queue = new ReportQueue({
  folder,
  clock: systemClock,
  tail: "0",
  foldMs: 10,
  foldAccesses: 256,
  segmentBytes: 65_536,
  maxSegments: 64,
});
const file = openSync(ledger, "w");
const kept = Buffer.alloc(8);

const work = (): void => {
  for (let each = 0; each < 200; each += 1) {
    const nowMs = systemClock.wallMs();
    queue.add(
      { rule: 1, subject: `${subject}${each % 50}`, value: undefined, atMs: nowMs - (nowMs % 10), intercepted: false },
      nowMs,
    );
    const { recorded, dropped } = queue.counts;
    kept.writeBigUInt64LE(BigInt(recorded - dropped));
    writeSync(file, kept, 0, 8, 0);
  }
  setImmediate(work);
};
work();
