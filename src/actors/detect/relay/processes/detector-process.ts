import type { DetectorDescription } from "../../../../engines/malware/index.ts";

/** A process of a detector. */
export interface DetectorProcess {
  readonly pid: number;
  /** Resolves when it has ended, with how: `exit code 1`, `SIGKILL`. Never rejects. */
  readonly ended: Promise<string>;
  /** Asks it to end, and kills it after `graceMs`. Resolves when it is gone. Idempotent. */
  stop(graceMs: number): Promise<void>;
}

/** Starts a detector of a kind, which then sends heartbeats under that name. Rejects when it cannot be started. */
export type StartDetector = (kind: string, name: string) => Promise<DetectorProcess>;

export interface ConfiguredDetectors {
  readonly kind: string;
  /** How many processes. 1 … 32. */
  readonly count: number;
  /** `lazy`: when something waits for the kind; `eager`: with the relay. */
  readonly start: "lazy" | "eager";
  /**
   * What the kind says of itself, as it is known without a process; asked before each announcement, so that new rules are seen while none
   * runs. Cheap; never rejects; one that does not answer in time has failed until it does. Absent or `undefined`: one is started with the relay, to be asked.
   */
  readonly describe?: () => Promise<DetectorDescription | undefined>;
  /** What it looks at, whatever its versions are: so it is announced, and missed, also while nobody knows these. */
  readonly looksAt?: Pick<DetectorDescription, "class" | "taskTypes">;
}

/** The detectors that a relay starts by itself. */
export interface DetectorProcesses {
  readonly start: StartDetector;
  readonly detectors: readonly ConfiguredDetectors[];
  /** Lazy detectors end when nothing came for them for that long. Milliseconds. */
  readonly idleStopMs: number;
  /** How long a detector may take to end when it is asked to. Milliseconds. */
  readonly graceMs: number;
}
