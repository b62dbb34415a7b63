import type { DetectionEngine } from "../../../engines/malware/index.ts";
import { createScriptEngine } from "../../../engines/malware/script/index.ts";

/** What scripts and code would do. */
export const openScript = (): Promise<DetectionEngine> => Promise.resolve(createScriptEngine());
