import { GarrisonError } from "../base/errors.ts";

/**
 * - `ask-timeout`: no answer within the deadline. Retryable.
 * - `actor-stopped`: the target has stopped or is stopping; it never answers.
 * - `handler-failed`: the target crashed on the message, or restarted before it answered.
 * - `mailbox-full`: the target's mailbox refused or dropped the message. Retryable.
 * - `ask-cancelled`: the asker gave up, by the signal that it had passed.
 * - `unreachable`: too much waits for the target's node, or the message is too large for it. Nothing was sent. Retryable unless too large.
 * - `node-gone`: the target's node has ended; whether the message was handled is unknown.
 * - `refused`: the target's node does not let other nodes ask that, or did not understand it.
 * - `no-shards`: `shard` was used on a node that is part of no cluster.
 * - `too-many-asks`: the node has as many open asks as it allows. Retryable.
 * - `name-invalid`, `name-in-use`: spawn was refused.
 * - `parent-stopping`: spawn under an actor that is stopping or restarting.
 * - `too-many-timers`: an actor set more timers than it may hold.
 * - `not-a-child`: an actor may stop its own children and itself.
 * - `stale-context`: a handler that outlived its actor used the context.
 * - `killed`: a fault was injected from outside.
 * - `restarts-exhausted`: a child used up its restart budget.
 * - `escalated`: a child's failure became its parent's.
 * - `one-at-a-time`: two handlers of an actor would have run at once. A defect of the kernel.
 */
export type KernelErrorCode =
  | "ask-timeout"
  | "actor-stopped"
  | "handler-failed"
  | "mailbox-full"
  | "ask-cancelled"
  | "unreachable"
  | "node-gone"
  | "refused"
  | "no-shards"
  | "too-many-asks"
  | "name-invalid"
  | "name-in-use"
  | "parent-stopping"
  | "too-many-timers"
  | "not-a-child"
  | "stale-context"
  | "killed"
  | "restarts-exhausted"
  | "escalated"
  | "one-at-a-time";

/** An error of the kernel; see `KernelErrorCode` for what each code means. */
export class KernelError extends GarrisonError<KernelErrorCode> {}
