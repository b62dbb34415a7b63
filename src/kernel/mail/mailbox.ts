/**
 * What a full mailbox does with one message too many.
 * - `reject`: the new message becomes a dead letter; `tell` returns false.
 * - `drop-newest`: the new message is dropped and counted; `tell` returns false.
 * - `drop-oldest`: the oldest waiting message is dropped and counted.
 */
export type OverflowPolicy = (typeof overflowPolicies)[number];
export const overflowPolicies = ["reject", "drop-oldest", "drop-newest"] as const;

/** Bound of a mailbox, and what happens at it. */
export interface MailboxSettings {
  /** Waiting messages at most (1 … 2³⁰). Timers, terminations, stops and restarts travel beside them and are never refused. */
  readonly capacity: number;
  readonly overflow: OverflowPolicy;
}

export const defaultMailbox: MailboxSettings = { capacity: 10_000, overflow: "reject" };
