import type { DetectorProcesses } from "../../../actors/detect/index.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Config } from "../../../config/index.ts";
import type { Logger } from "../../../kernel/index.ts";
import { describedKind } from "../../detectors/described-kind.ts";
import { looksAt } from "../../detectors/looks-at.ts";
import { detectorSettings } from "../../detectors/detector-settings.ts";
import { startDetector } from "../../process/start-detector.ts";

/** How long a detector may take to end, with the scans that it has under way. */
const graceMs = 7_000;

/** The detectors of a host that its relay starts: none before there is something for them, unless the config says so. */
export const relayProcesses = (config: Config, clock: Clock, log: Logger): DetectorProcesses => {
  const { detectors, idleStopMs, socket } = config.detect;
  const settings = detectorSettings(config);
  return {
    start: startDetector({ socket, settings, logLevel: config.log.level, clock }),
    detectors: detectors.map(({ kind, count = 1, start = "lazy" }) => {
      const describe = describedKind(kind, settings, log);
      return { kind, count, start, looksAt: looksAt[kind], ...(describe === undefined ? {} : { describe }) };
    }),
    idleStopMs,
    graceMs,
  };
};
