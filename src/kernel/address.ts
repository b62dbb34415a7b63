import type { ReplyTo } from "./mail/ask.ts";

declare const protocol: unique symbol;

/**
 * Where an actor can be reached: a node, a path and the incarnation that was spawned there. An address outlives its
 * actor; what is sent to it afterwards is a dead letter and never reaches a later actor of the same path.
 */
export interface Address<in Message> {
  /** Ties the address to its protocol; never present at run time. */
  readonly [protocol]?: (message: Message) => void;
  /** Id of the node. */
  readonly node: string;
  /** Names from the root down, e.g. `/scan/probes`. */
  readonly path: string;
  /** Distinguishes actors that had this path one after the other. A restart keeps it. */
  readonly incarnation: number;

  /**
   * Sends without waiting, at most once, in order per sender; never throws. False if the message was refused, dropped or came too
   * late; it is then a dead letter or a counted drop. True is no promise that it will be handled: the actor may stop before.
   */
  tell(message: Message): boolean;

  /**
   * Sends a message that carries a way to answer, and waits for the answer.
   *
   * @param build makes the message around the reply address
   * @param timeoutMs how long to wait, in milliseconds, at most 2³¹ − 1; expiry may come up to 8 ms late. With 0 or less (a deadline
   * handed on that has passed) nothing is sent.
   * @param signal gives up when it is aborted: whoever answers is told, on its own node too
   * @throws KernelError `ask-timeout`, `ask-cancelled`, `actor-stopped`, `handler-failed`, `mailbox-full` or `too-many-asks`; for an actor
   * of another node also `unreachable`, `node-gone` or `refused`, and a failure of its own arrives as `handler-failed`; RangeError for a
   * timeout that is no number or too large. All of them as a rejection.
   */
  ask<Reply>(build: (replyTo: ReplyTo<Reply>) => Message, timeoutMs: number, signal?: AbortSignal): Promise<Reply>;
}
