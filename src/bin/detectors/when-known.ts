import { pause } from "../../base/pause.ts";
import type { DetectionEngine, DetectorDescription } from "../../engines/malware/index.ts";
import type { OpenEngine } from "./detector-settings.ts";

const everyMs = 500;
const sayEveryMs = 60_000;

const isKnown = ({ engineVersion }: DetectorDescription): boolean => engineVersion !== "unknown";

/**
 * An engine that scans with another program, once that has told its version: verdicts hold for versions, and one that nobody knows would
 * end them. A program that goes away later keeps the version that it had, and its scans fail.
 *
 * @param engine is closed when the signal is aborted first
 * @throws what the signal was aborted with
 */
export const whenKnown = async (
  engine: DetectionEngine,
  { clock, signal, log }: Pick<OpenEngine, "clock" | "signal" | "log">,
): Promise<DetectionEngine> => {
  let saidMs = -Infinity;
  while (!isKnown(engine.describe())) {
    if (signal.aborted) {
      await engine.close();
      signal.throwIfAborted();
    }
    if (clock.monotonicMs() - saidMs >= sayEveryMs) {
      saidMs = clock.monotonicMs();
      log.warn({ kind: engine.describe().kind }, "what it scans with does not answer: it is waited for");
    }
    await pause(clock, everyMs, signal);
  }
  return withLastVersion(engine);
};

const withLastVersion = (engine: DetectionEngine): DetectionEngine => {
  let last = engine.describe();
  return {
    capacity: engine.capacity,
    describe: () => {
      const now = engine.describe();
      if (isKnown(now)) last = now;
      return last;
    },
    scan: (object, signal) => engine.scan(object, signal),
    close: () => engine.close(),
  };
};
