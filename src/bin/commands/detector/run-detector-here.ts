import { systemClock } from "../../../base/clock.ts";
import { systemRandom } from "../../../base/random.ts";
import type { ShippedKind } from "../../../config/index.ts";
import { detectorSettings } from "../../detectors/detector-settings.ts";
import { runKind } from "../../detectors/run-kind.ts";
import { listenForEnd, type EndCause } from "../../node/end/end-request.ts";
import { exitCodes, type ExitCode } from "../../process/exit-codes.ts";
import { createLog } from "../../process/log.ts";
import { readConfig } from "../../process/read-config.ts";
import type { OutputFlags } from "../common-flags.ts";

/** What `detector run` takes. */
export interface DetectorRunFlags extends OutputFlags {
  readonly kind: ShippedKind;
  readonly name?: string;
  readonly socket?: string;
  readonly config?: string;
  readonly logLevel?: string;
}

/** Runs a detector in this process until it is asked to end. */
export const runDetectorHere = async (flags: DetectorRunFlags): Promise<ExitCode> => {
  const { kind, name, config: file, socket, logLevel, quiet } = flags;
  const { config } = readConfig(file, {
    "detect.socket": socket,
    "log.level": logLevel ?? (quiet === true ? "error" : undefined),
  });
  const ending = new AbortController();
  const request = listenForEnd(systemClock);
  let cause: EndCause | undefined;
  void request.asked.then((asked) => {
    cause = asked;
    ending.abort();
  });
  try {
    await runKind({
      kind,
      ...(name === undefined ? {} : { name }),
      socket: config.detect.socket,
      settings: detectorSettings(config),
      clock: systemClock,
      random: systemRandom,
      log: createLog(config.log.level).child({ detector: name ?? kind }),
      signal: ending.signal,
    });
    return codeOf(cause);
  } finally {
    request.release();
  }
};

const codeOf = (cause: EndCause | undefined): ExitCode =>
  cause === "interrupt" ? exitCodes.interrupted : exitCodes.complete;
