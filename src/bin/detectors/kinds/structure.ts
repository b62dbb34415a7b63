import type { DetectionEngine } from "../../../engines/malware/index.ts";
import { createThreadedEngine } from "../../../engines/malware/threads/threaded-engine.ts";
import type { OpenEngine } from "../detector-settings.ts";
import { scanThreads } from "../scan-threads.ts";
import type { ThreadEngine } from "../thread-engine.ts";
import { unpackLimits } from "../unpack-limits.ts";

/** The shape of files, in threads. */
export const openStructure = (setup: OpenEngine): Promise<DetectionEngine> => {
  const { settings } = setup;
  const limits = unpackLimits(settings);
  const load: ThreadEngine = { kind: "structure", maxObjectBytes: settings.samples.maxSampleBytes, limits };
  return createThreadedEngine(scanThreads("structure", setup), load);
};
