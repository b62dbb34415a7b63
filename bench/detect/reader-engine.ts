import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { DetectionEngine } from "../../src/engines/malware/index.ts";

/** Detects nothing: it reads its object and makes sure that it is the one that was meant. */
export const readerEngine = (kind: string, capacity: number): DetectionEngine => ({
  capacity,
  describe: () => ({ kind, class: "static", taskTypes: ["sample-file"], engineVersion: "1", signatureVersion: "1" }),
  scan: async ({ path, sha256 }) => {
    const found = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
    if (found === sha256) return { outcome: "verdict", trust: "white", names: [] };
    return { outcome: "error", failure: "failed", message: `the object is ${found}` };
  },
  close: () => Promise.resolve(),
});
