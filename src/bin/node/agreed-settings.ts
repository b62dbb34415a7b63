import type { AgreedSettings } from "../../cluster/index.ts";
import type { Config } from "../../config/index.ts";

/** What only makes sense when every node of the cluster has the same. */
export const agreedSettings = ({ cluster, scan, respond, detect, retention }: Config): AgreedSettings => ({
  "cluster.name": cluster.name,
  "scan.maxTasksInProcess": scan.maxTasksInProcess,
  "scan.rateLimitPerTarget": scan.rateLimitPerTarget ?? null,
  "scan.concurrencyPerTarget": scan.concurrencyPerTarget ?? null,
  "scan.retainMs": scan.retainMs,
  "respond.retainMs": respond.retainMs,
  "detect.rule": JSON.stringify(detect.rule),
  "detect.require": JSON.stringify(detect.require),
  "detect.skipUseless": String(detect.skipUseless),
  "detect.deadlineMs": detect.deadlineMs,
  "detect.retainMs": detect.retainMs,
  ...Object.fromEntries(Object.entries(retention).map(([key, value]) => [`retention.${key}`, value ?? null])),
});
