import type { DetectionEngine } from "../../../engines/malware/index.ts";
import { createThreadedEngine } from "../../../engines/malware/threads/threaded-engine.ts";
import type { OpenEngine } from "../detector-settings.ts";
import { scanThreads } from "../scan-threads.ts";
import type { ThreadEngine } from "../thread-engine.ts";

/** What scripts and code would do, in threads. */
export const openScript = (setup: OpenEngine): Promise<DetectionEngine> => {
  const load: ThreadEngine = { kind: "script" };
  return createThreadedEngine(scanThreads("script", setup), load);
};
