/**
 * How far one call goes beyond what it was asked for, so that every call is short, and what it keeps where. The same for
 * every adapter.
 */
export const steps = {
  /** Rows of the waiting order that one claim looks at beyond those it hands out. */
  lookedAtMost: 1_000,
  /** Items that one claim moves because their time has come: claims that ran out, and delayed items. */
  movedAtOnce: 1_000,
  /** Members of a group that one step of a sweep moves. */
  sweptAtOnce: 500,
  /** Rows of a listing of records that are read at a time. */
  pageOfRows: 100,
  /** Grants of a limit that ran out and are cleaned up by one reserve, and by one look at a limit that nobody uses. */
  cleanedAtOnce: 1_000,
  cleanedWhenIdle: 100,
  /** Characters of a text that is kept in the row of what it belongs to: one row less to write, read and remove. */
  inlineAtMost: 400,
} as const;
