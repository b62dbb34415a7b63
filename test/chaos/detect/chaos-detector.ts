import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { systemClock } from "../../../src/base/clock.ts";
import { pause } from "../../../src/base/pause.ts";
import { systemRandom } from "../../../src/base/random.ts";
import { runDetector, type DetectionEngine, type ScanObject } from "../../../src/client/detector/index.ts";
import { writeLine, type DetectorLine } from "./detector-log.ts";
import { trustOf } from "./sample.ts";

/** What a detector of a chaos run is started with, as JSON. */
export interface ChaosDetectorSettings {
  readonly kind: string;
  readonly name: string;
  readonly socket: string;
  readonly folder: string;
  readonly log: string;
}

/** Long enough for kills to come while something is scanned. */
const mostScanMs = 200;

/** Looks at an object for a moment, and writes down that it does and what it says. */
const chaosEngine = ({ kind, name, log }: ChaosDetectorSettings): DetectionEngine => {
  const note = (event: DetectorLine["event"], { sha256 }: ScanObject, trust?: string): void =>
    writeLine(log, {
      ...{ event, kind, detector: name, pid: process.pid, sha256 },
      ...(trust === undefined ? {} : { trust }),
    });
  return {
    describe: () => ({
      ...{ kind, class: "static", taskTypes: ["sample-file"], engineVersion: "1", signatureVersion: "1" },
    }),
    capacity: 4,
    scan: async (object, signal) => {
      note("begun", object);
      const bytes = await readFile(object.path, { signal });
      await pause(systemClock, systemRandom.below(mostScanMs), signal);
      if (createHash("sha256").update(bytes).digest("hex") !== object.sha256) note("wrong", object);
      const trust = trustOf(bytes);
      note("scanned", object, trust);
      return { outcome: "verdict", trust, names: [] };
    },
    close: () => Promise.resolve(),
  };
};

const settings = JSON.parse(process.argv[2] ?? "{}") as ChaosDetectorSettings;
const { name, socket, folder } = settings;
const ending = new AbortController();
process.once("SIGTERM", () => ending.abort());
await runDetector({ engine: chaosEngine(settings), name, socket, folder, signal: ending.signal });
