import type { ScanSettings } from "../../src/actors/scan/index.ts";

/** Of the scans of every simulated node. */
export const settings: ScanSettings = {
  maxTasksInProcess: 3,
  extractIntervalMs: 10,
  leaseMs: 3_000,
  probes: 3,
  rateLimitPerTarget: 10,
  concurrencyPerTarget: undefined,
  retainMs: 24 * 3_600_000,
};

/** How long a node's lease holds. */
export const nodeLeaseMs = 3_000;

/** Few restarts, so that failures reach the root and end a node now and then. */
export const rootSupervision = { maxRestarts: 2, withinMs: 60_000 };
