import { readFile } from "node:fs/promises";
import type { DetectionEngine } from "../../../engines/malware/index.ts";

/** The kind of a detector that is none of Garrison's own, and fails at some samples. */
export const fragileKind = "fragile";
/** What it cannot read. */
export const breaker = "garrison-demo-breaks-an-engine";

/** Has no opinion about anything, and fails at each object with the text that breaks it. */
export const fragileEngine: DetectionEngine = {
  capacity: 4,
  describe: () => ({
    kind: fragileKind,
    class: "static",
    taskTypes: ["sample-file"],
    engineVersion: "1",
    signatureVersion: "1",
  }),
  scan: async ({ path }, signal) =>
    (await readFile(path, { signal })).includes(breaker)
      ? { outcome: "error", failure: "failed", message: "it is made to fail at this" }
      : { outcome: "no-opinion" },
  close: () => Promise.resolve(),
};
