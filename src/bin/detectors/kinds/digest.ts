import type { DetectionEngine } from "../../../engines/malware/index.ts";
import { createDigestEngine, describeDigest } from "../../../engines/malware/digest/index.ts";
import type { OpenEngine } from "../detector-settings.ts";
import { FollowingEngine } from "../following-engine.ts";

const everyMs = 5_000;

/** Lists of digests. */
export const openDigest = ({ settings, clock, log }: OpenEngine): Promise<DetectionEngine> =>
  FollowingEngine.open({
    open: () => createDigestEngine({ ...settings.digest, clock }),
    describe: () => describeDigest(settings.digest),
    everyMs,
    clock,
    log,
  });
