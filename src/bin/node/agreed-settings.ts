import type { AgreedSettings } from "../../cluster/index.ts";
import type { Config } from "../../config/index.ts";

/** What only makes sense when every node of the cluster has the same. */
export const agreedSettings = ({ cluster, scan, respond, detect, guard, retention }: Config): AgreedSettings => ({
  "cluster.name": cluster.name,
  "scan.maxTasksInProcess": scan.maxTasksInProcess,
  "scan.rateLimitPerTarget": scan.rateLimitPerTarget ?? null,
  "scan.concurrencyPerTarget": scan.concurrencyPerTarget ?? null,
  "scan.retainMs": scan.retainMs,
  "respond.retainMs": respond.retainMs,
  "respond.causeDepth": respond.causeDepth,
  "detect.rule": JSON.stringify(detect.rule),
  "detect.require": JSON.stringify(detect.require),
  "detect.skipUseless": String(detect.skipUseless),
  "detect.deadlineMs": detect.deadlineMs,
  "detect.retainMs": detect.retainMs,
  "guard.neverBlock": JSON.stringify(guard.neverBlock),
  "guard.skewMs": guard.skewMs,
  "guard.lateMs": guard.lateMs,
  "guard.v6PrefixBits": guard.v6PrefixBits,
  ...Object.fromEntries(Object.entries(guard.caps).map(([key, value]) => [`guard.caps.${key}`, value])),
  ...Object.fromEntries(Object.entries(retention).map(([key, value]) => [`retention.${key}`, value ?? null])),
});
