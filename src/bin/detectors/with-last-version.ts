import type { DetectionEngine, DetectorDescription } from "../../engines/malware/index.ts";

const isKnown = ({ engineVersion }: DetectorDescription): boolean => engineVersion !== "unknown";

/**
 * An engine that scans with another program, which need not be there yet: until it has told its version the engine says that it is unknown,
 * and why. A program that goes away later keeps the version that it had, and its scans fail: verdicts hold for versions, and one that
 * nobody knows would end them.
 */
export const withLastVersion = (engine: DetectionEngine): DetectionEngine => {
  let last = engine.describe();
  return {
    capacity: engine.capacity,
    describe: () => {
      const now = engine.describe();
      if (isKnown(now) || !isKnown(last)) last = now;
      return last;
    },
    scan: (object, signal) => engine.scan(object, signal),
    close: () => engine.close(),
  };
};
