import type { DetectionEngine } from "../../../engines/malware/index.ts";
import { createStructureEngine } from "../../../engines/malware/structure/index.ts";
import type { OpenEngine } from "../detector-settings.ts";
import { unpackLimits } from "../unpack-limits.ts";

/** The shape of files. */
export const openStructure = ({ settings, clock }: OpenEngine): Promise<DetectionEngine> =>
  Promise.resolve(
    createStructureEngine({
      clock,
      maxObjectBytes: settings.samples.maxSampleBytes,
      limits: unpackLimits(settings),
    }),
  );
