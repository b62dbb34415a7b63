/** Settings of the relay of a host. Times in milliseconds, sizes in bytes. */
export interface RelaySettings {
  /** Claims of detectors are gathered that long, and then fetched with one request (RELAY-9). 10 … 60,000. */
  readonly windowMs: number;
  /** How often detectors are asked to send a heartbeat. */
  readonly heartbeatMs: number;
  /** A detector that sent none for that long is gone (RELAY-4). */
  readonly heartbeatTimeoutMs: number;
  /** How often the centre is told what this host offers. */
  readonly announceMs: number;
  /** Folder of the objects that are here for detectors. Owned by the relay: what it finds there when it starts, it deletes. */
  readonly objectsPath: string;
  /** Bytes of objects on this host at once. An object that does not fit waits; one that is larger than this is an error of kind `limit`. */
  readonly objectBytes: number;
  /** How long an object is kept that still has detectors to scan it (RELAY-23). */
  readonly objectMaxAgeMs: number;
  /** How long an object that every associated detector has scanned stays for those that ask a little later. 0: not at all (RELAY-22). */
  readonly objectLingerMs: number;
  /** Downloads at once. */
  readonly downloads: number;
  /** A download from which nothing comes for that long is tried again. */
  readonly downloadIdleMs: number;
  /** Executions held at once, over all detectors. */
  readonly maxExecutions: number;
  /** How long the lease of the host holds without a renewal. */
  readonly leaseMs: number;
}

/** What holds where nothing else is said; the folder has no default. */
export const defaultRelaySettings: Omit<RelaySettings, "objectsPath"> = {
  windowMs: 1_000,
  heartbeatMs: 2_000,
  heartbeatTimeoutMs: 10_000,
  announceMs: 2_000,
  objectBytes: 2 ** 30,
  objectMaxAgeMs: 3_600_000,
  objectLingerMs: 5_000,
  downloads: 4,
  downloadIdleMs: 30_000,
  maxExecutions: 4_096,
  leaseMs: 15_000,
};
