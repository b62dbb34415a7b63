/** What the process of one run may take. */
export interface ChildLimits {
  /** Heap of its main thread, and of each of its threads, in MiB. */
  readonly maxOldSpaceMb: number;
  /** Resident memory of all of it, in MiB. Looked at a few times a second: what grows fast gets somewhat further. */
  readonly maxRssMb: number;
  /** Threads for its actions. */
  readonly maxThreads: number;
  /** From when it gets its playbook to its end. */
  readonly deadlineMs: number;
  /** Of an action that says none. */
  readonly actionTimeoutMs: number;
  /** How long its main thread may not answer. */
  readonly stallMs: number;
}

export interface PoolLimits {
  /** Processes that are kept started, without a playbook. */
  readonly spare: number;
  /** Processes alive at once, spares included. At least 1. */
  readonly max: number;
  /** Threads that a process has from its start. */
  readonly warmThreads: number;
}

/** Where the runner says what a person should know: facts first, then a constant message. */
export interface PlaybookLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}
