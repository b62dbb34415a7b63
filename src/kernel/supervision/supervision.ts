import type { Random } from "../../base/random.ts";
import { Ring } from "../mail/ring.ts";

/**
 * What happens to a child that failed.
 * - `resume`: it goes on with its state; the message is lost. (A child that failed in `initial` has no state and is restarted.)
 * - `restart`: it gets a new life; its mailbox is kept.
 * - `stop`: it is stopped.
 * - `escalate`: the failure becomes its parent's own.
 */
export type Decision = (typeof decisions)[number];
export const decisions = ["resume", "restart", "stop", "escalate"] as const;

/** Which children restart with the failed one: none, all, or those spawned after it. */
export type Strategy = (typeof strategies)[number];
export const strategies = ["one-for-one", "one-for-all", "rest-for-one"] as const;

/** What can happen to a child that has used up its budget. */
export const endings = ["stop", "escalate"] as const;

/** Pause before restart k (0, 1, …) of a window: `minMs · factor^k`, at most `maxMs`, then varied by ± `jitter`. */
export interface Backoff {
  /** Milliseconds, 0 … `maxMs`. */
  readonly minMs: number;
  /** Milliseconds, 0 … 2³⁰ − 1; jitter may go beyond it. */
  readonly maxMs: number;
  /** 1 … 1,000. */
  readonly factor: number;
  /** Share of the pause, 0 … 1. */
  readonly jitter: number;
}

/** How a parent supervises its children. Values outside their bounds are refused with a RangeError when an actor is spawned. */
export interface Supervision {
  /** Pure. If it throws, or gives no decision, the failure is escalated with both errors. */
  decide(error: Error): Decision;
  readonly strategy: Strategy;
  /** Restarts of one child in any window of `withinMs`, whatever caused them: a whole number, 0 … 1,000,000. */
  readonly maxRestarts: number;
  /** Milliseconds, 1 … 2³¹ − 1. */
  readonly withinMs: number;
  /** What happens to a failed child when it, or one that has to restart with it, would need one more. */
  readonly whenExhausted: (typeof endings)[number];
  /** `undefined`: restart at once. */
  readonly backoff: Backoff | undefined;
}

export const defaultSupervision: Supervision = {
  decide: () => "restart",
  strategy: "one-for-one",
  maxRestarts: 10,
  withinMs: 60_000,
  whenExhausted: "escalate",
  backoff: { minMs: 100, maxMs: 10_000, factor: 2, jitter: 0.2 },
};

/** The restarts of one child within the sliding window. */
export class RestartBudget {
  readonly #atMs = new Ring<number>();

  /** Restarts in the window that ends now. */
  used(nowMs: number, withinMs: number): number {
    while ((this.#atMs.peek() ?? nowMs) <= nowMs - withinMs) this.#atMs.shift();
    return this.#atMs.size;
  }

  /** Notes a restart when it happens, not when it is decided: the pause between must not let two windows overlap. */
  spend(nowMs: number): void {
    this.#atMs.push(nowMs);
  }
}

/** The pause before the next restart, when `used` restarts lie in the window already. */
export const backoffMs = (backoff: Backoff | undefined, used: number, random: Random): number => {
  if (backoff === undefined) return 0;
  const even = Math.min(backoff.maxMs, backoff.minMs * backoff.factor ** used);
  return even * (1 + backoff.jitter * (2 * random.next() - 1));
};
