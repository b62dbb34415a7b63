import { defaultRelaySettings, type CentreSettings, type RelaySettings } from "../../../src/actors/detect/index.ts";

/** Of the centres of every simulated node; what an object requires and by what rule it is decided is the plan's. */
export const centreSettings: Omit<CentreSettings, "rule" | "require" | "skipUseless"> = {
  deadlineMs: 9_000,
  missingGraceMs: 2_000,
  leaseMs: 3_000,
  retainMs: 24 * 3_600_000,
  sampleRetainMs: 24 * 3_600_000,
};

/** Bytes of every simulated object. */
export const objectBytes = 96;

/** Of the relays of all hosts: three objects have room at a time. */
export const relaySettings: RelaySettings = {
  ...defaultRelaySettings,
  ...{ windowMs: 300, heartbeatMs: 800, heartbeatTimeoutMs: 2_500, announceMs: 1_500 },
  ...{ objectsPath: "", objectBytes: 3 * objectBytes, objectMaxAgeMs: 20_000, objectLingerMs: 400 },
  ...{ downloads: 2, downloadIdleMs: 1_500, maxExecutions: 64, leaseMs: 4_000 },
};
