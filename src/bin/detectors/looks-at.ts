import type { ShippedKind } from "../../config/index.ts";
import type { DetectorDescription } from "../../engines/malware/index.ts";

/** What the kinds look at, as their engines say it: known also while an engine cannot be opened. */
export const looksAt: Readonly<Record<ShippedKind, Pick<DetectorDescription, "class" | "taskTypes">>> = {
  digest: { class: "static", taskTypes: ["sample-file", "log-data", "code", "script"] },
  structure: { class: "static", taskTypes: ["sample-file"] },
  yara: { class: "static", taskTypes: ["sample-file", "code", "script"] },
  clamav: { class: "static", taskTypes: ["sample-file", "code", "script"] },
  sigma: { class: "static", taskTypes: ["log-data"] },
  script: { class: "static", taskTypes: ["script", "code"] },
  sandbox: { class: "dynamic", taskTypes: ["sample-file", "script"] },
};
