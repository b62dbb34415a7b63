import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { Tracing } from "../base/tracing.ts";
import type { Address } from "./address.ts";
import type { DispatcherName } from "./dispatch/dispatcher.ts";
import type { Logger } from "./logger.ts";
import type { MailboxSettings } from "./mail/mailbox.ts";
import type { ShardKind } from "./remote/shard-port.ts";
import type { Supervision } from "./supervision/supervision.ts";
import type { Timers } from "./mail/timers.ts";

/** Returned by `receive` to keep the state as it is. */
export const same: unique symbol = Symbol("same");
/** Type of `same`. */
export type Same = typeof same;

/**
 * What an actor does. Each function may be async, with any kind of promise; the actor handles nothing else until it has settled. A
 * value thrown or rejected is a failure, which the parent's supervision decides about; one of `stopped` is only logged and counted.
 */
export interface Behavior<State, Message> {
  /** The state of a new life: at spawn and after each restart. */
  initial(context: Context<Message>): State | Promise<State>;
  /** The state after one message, or `same`. */
  receive(state: State, message: Message, context: Context<Message>): State | Same | Promise<State | Same>;
  /**
   * Releases what `initial` acquired. Runs once for each `initial` that succeeded, before a restart and before the end; not for one that
   * was given up before it had settled.
   */
  stopped?(state: State, context: Context<Message>): void | Promise<void>;
}

/** How to make an actor. Data: the same props may be spawned any number of times. */
export interface Props<State, Message> {
  readonly behavior: Behavior<State, Message>;
  /** Bound and policy of its mailbox (default: 10,000 messages, `reject`). */
  readonly mailbox?: Partial<MailboxSettings>;
  /**
   * How this actor supervises its children. Default: one-for-one restarts, 10 within 60 s, then escalation; pauses from 100 ms to 10 s,
   * doubling, ± 20 %.
   */
  readonly supervision?: Partial<Supervision>;
  /** `system` for actors that must answer while the default dispatcher is busy (default: `default`). */
  readonly dispatcher?: DispatcherName;
  /**
   * Milliseconds that a running handler, and then `stopped`, may each take once a stop or restart was asked for (1 … 2³¹ − 1, default
   * 5,000). A handler that takes longer is given up, logged and counted as `abandoned`.
   */
  readonly stopTimeoutMs?: number;
}

/**
 * What an actor can do beside handling a message. A context belongs to one life: after a restart or stop, spawn, watch and
 * timers of the old one throw `stale-context`.
 */
export interface Context<in out Message> {
  readonly self: Address<Message>;
  /** Carries node, path and incarnation. */
  readonly log: Logger;
  /** The node's time; use no other. */
  readonly clock: Clock;
  /** The node's randomness; use no other. */
  readonly random: Random;
  /**
   * The node's traces. A message is handled in the trace in which it was told; timers, watches and the begin of a life belong to none. A
   * message that an actor tells itself for ever must leave the trace of the one it began with: tell it under `tracing.run(undefined, …)`.
   */
  readonly tracing: Tracing;
  /** Aborted as soon as this life has to end; pass it to everything that waits. */
  readonly signal: AbortSignal;
  readonly timers: Timers<Message>;
  /** Why the last life ended; `undefined` in the first one and after a restart that was asked for from outside. */
  readonly lastFailure: Error | undefined;

  /**
   * Starts a child. It lives until it is stopped or this life ends.
   * @param name 1 … 100 characters of letters, digits, `.`, `_`, `~` and `-`; free among the children
   * @throws KernelError `name-invalid`, `name-in-use`, `parent-stopping` or `stale-context`; RangeError for props outside their bounds
   */
  spawn<State, ChildMessage>(props: Props<State, ChildMessage>, name: string): Address<ChildMessage>;

  /**
   * Stops a child with all its descendants; resolves when all of them are gone, at once if they are already. An actor of another node is
   * stopped by its node, if that lets others do so.
   * @throws KernelError `not-a-child`; for an actor of another node as `Address.ask`. As a rejection.
   */
  stop(child: Address<never>): Promise<void>;

  /** Stops this actor after the running handler. Nothing if this life is ending already. */
  stopSelf(): void;

  /**
   * Delivers `message` once when `target` has stopped, after everything it had sent here; at once if it has stopped already. A
   * restart is no end; the end of its node is. Watching again replaces the message. Watches end with this life.
   * @throws KernelError `stale-context`; TypeError for what is no address of a kernel
   */
  watch(target: Address<never>, message: Message): void;

  /** The message will not be delivered, even if the target has already stopped. */
  unwatch(target: Address<never>): void;

  /**
   * The actor that answers for a key, on whatever node it lives at the time of each message. While it moves to another node, messages
   * wait for it, up to a bound.
   * @throws KernelError `no-shards`
   */
  shard<Target>(kind: ShardKind<Target>, key: string): Address<Target>;
}
