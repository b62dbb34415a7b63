/** Equal accesses of one writer in one time slot. */
export interface AccessRow {
  /** Number of the rule. */
  readonly rule: number;
  /** Value of the field that the rule counts for, in the spelling in which front ends compare. */
  readonly subject: string;
  /** Of the field that the rule tells apart; undefined where it counts accesses. */
  readonly value: string | undefined;
  /** Begin of the slot, Unix time in milliseconds. */
  readonly atMs: number;
  /** Accesses that were let through. */
  readonly passed: number;
  /** Accesses that were intercepted. */
  readonly intercepted: number;
}

/** Longer subjects and values are cut off by who makes a row: two that agree so far count as one. */
export const maxSubjectBytes = 256;
