import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Config } from "../../config/index.ts";
import type { Logger } from "../../kernel/index.ts";

/** What the detectors that come with Garrison are made from, part of the config. Plain data. */
export type DetectorSettings = Pick<
  Config["detect"],
  "digest" | "yara" | "sigma" | "archive" | "clamav" | "sandbox" | "samples" | "scanTimeoutMs"
>;

export const detectorSettings = ({ detect }: Config): DetectorSettings => {
  const { digest, yara, sigma, archive, clamav, sandbox, samples, scanTimeoutMs } = detect;
  return { digest, yara, sigma, archive, clamav, sandbox, samples, scanTimeoutMs };
};

/** What an engine is opened with. */
export interface OpenEngine {
  readonly settings: DetectorSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Nobody waits for the engine any more. */
  readonly signal: AbortSignal;
}
