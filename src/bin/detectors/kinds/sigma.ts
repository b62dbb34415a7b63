import type { DetectionEngine } from "../../../engines/malware/index.ts";
import { describeSigma } from "../../../engines/malware/sigma/index.ts";
import { createThreadedEngine } from "../../../engines/malware/threads/threaded-engine.ts";
import type { OpenEngine } from "../detector-settings.ts";
import { FollowingEngine } from "../following-engine.ts";
import { scanThreads } from "../scan-threads.ts";
import type { ThreadEngine } from "../thread-engine.ts";

const everyMs = 5_000;

/** Rules of Sigma for log data, in threads. */
export const openSigma = (setup: OpenEngine): Promise<DetectionEngine> => {
  const { settings, clock, log } = setup;
  const load: ThreadEngine = {
    kind: "sigma",
    ...settings.sigma,
    maxObjectBytes: settings.samples.maxSampleBytes,
  };
  const open = async (): Promise<DetectionEngine> => {
    const engine = await createThreadedEngine(scanThreads("sigma", setup), load);
    for (const problem of engine.problems) log.warn({ kind: "sigma", problem }, "a rule is refused");
    return engine;
  };
  return FollowingEngine.open({ open, describe: () => describeSigma(settings.sigma), everyMs, clock, log });
};
