import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../logger.ts";
import { Ring } from "./ring.ts";

/**
 * Why a message was not handled.
 * - `stopped`: the target was stopping or had stopped.
 * - `rejected`: the mailbox was full.
 * - `crashed`: the handler failed on it.
 * - `abandoned`: the handler did not end within the stop timeout.
 * - `unreachable`: it could not be handed to the actor's node: that node is gone, or too much waits for it.
 * - `refused`: it came from another node and was not let in: the path is not exported, the type unknown, the incarnation over, the
 *   content malformed or too large.
 */
export type DeadLetterReason = "stopped" | "rejected" | "crashed" | "abandoned" | "unreachable" | "refused";

/** One message that was not handled. */
export interface DeadLetter {
  /** Of the actor it was sent to. */
  readonly path: string;
  readonly incarnation: number;
  readonly reason: DeadLetterReason;
  /** The message's `type`, or what JavaScript calls it, at most 100 characters. The message itself is not kept: it may hold secrets. */
  readonly message: string;
  /** When it became one: milliseconds since 1970 (UTC). */
  readonly atMs: number;
}

const kept = 1_000;
const longestName = 100;
const logEveryMs = 1_000;

const describe = (message: unknown): string => {
  if (typeof message !== "object" || message === null) return typeof message;
  try {
    const { constructor } = message as { readonly constructor?: { readonly name?: unknown } };
    const names = [Reflect.get(message, "type") as unknown, constructor?.name];
    const name = names.find((each) => typeof each === "string");
    return typeof name === "string" ? name.slice(0, longestName) : "object";
  } catch {
    return "object"; // A getter of the message failed: no reason to fail the sender or the node.
  }
};

/** Counts every message that was not handled, keeps the latest 1,000, and logs at most one line a second. */
export class DeadLetters {
  readonly #counts: Record<DeadLetterReason, number> = {
    stopped: 0,
    rejected: 0,
    crashed: 0,
    abandoned: 0,
    unreachable: 0,
    refused: 0,
  };
  readonly #latest = new Ring<DeadLetter>();
  readonly #clock: Clock;
  readonly #log: Logger;
  #unsent = 0;
  #unlogged = 0;
  #loggedAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Dead letters so far, by reason. */
  get counts(): Readonly<Record<DeadLetterReason, number>> {
    return { ...this.#counts };
  }

  /** Those that never got as far as an actor of this node, so that its kernel did not count them as sent. */
  get unsent(): number {
    return this.#unsent;
  }

  /** Dead letters so far. */
  get total(): number {
    return Object.values(this.#counts).reduce((sum, count) => sum + count, 0);
  }

  /** The latest ones, oldest first, at most 1,000. */
  latest(): readonly DeadLetter[] {
    const letters: DeadLetter[] = [];
    for (let i = this.#latest.size; i > 0; i -= 1) {
      const letter = this.#latest.shift();
      letters.push(letter);
      this.#latest.push(letter);
    }
    return letters;
  }

  /** For what carries messages between nodes: notes one that never got as far as an actor of this node. */
  recordUnsent(target: Pick<DeadLetter, "path" | "incarnation">, reason: DeadLetterReason, message: unknown): void {
    this.#unsent += 1;
    this.record(target, reason, message);
  }

  /** For the kernel: notes one that was sent to an actor of this node. */
  record(target: Pick<DeadLetter, "path" | "incarnation">, reason: DeadLetterReason, message: unknown): void {
    this.#counts[reason] += 1;
    const letter: DeadLetter = {
      path: target.path,
      incarnation: target.incarnation,
      reason,
      message: describe(message),
      atMs: this.#clock.wallMs(),
    };
    if (this.#latest.size === kept) this.#latest.shift();
    this.#latest.push(letter);
    this.#unlogged += 1;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#loggedAtMs < logEveryMs) return;
    this.#log.info({ ...letter, since: this.#unlogged }, "dead letter");
    this.#loggedAtMs = nowMs;
    this.#unlogged = 0;
  }
}
