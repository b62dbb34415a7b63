import type { Clock, Timer } from "../../base/clock.ts";
import { StoreError } from "../errors.ts";

export interface CallBounds {
  /** A call fails with `deadline` after this. */
  readonly timeoutMs: number;
  /** Calls that the server has not answered, those whose deadline passed included; more are refused as `busy`. */
  readonly calls: number;
  /** What those calls carry, in characters. One call by itself may be larger. */
  readonly weight: number;
}

/** Ends one call; what comes after the first is ignored. */
export interface Settle {
  resolve(reply: unknown): void;
  reject(error: StoreError): void;
}

interface Call {
  readonly sentMs: number;
  readonly deadlineMs: number;
  readonly weight: number;
  /** `undefined` once the deadline has passed: the server still has the call, nobody waits for it. */
  waiting: Settle | undefined;
}

/** The calls under way on one connection, with their bounds and one timer for all deadlines. */
export class Pending {
  readonly #clock: Clock;
  readonly #bounds: CallBounds;
  readonly #late: (sentMs: number) => void;
  readonly #calls = new Set<Call>();
  #weight = 0;
  #waiting = 0;
  #timer: { readonly dueMs: number; readonly timer: Timer } | undefined;
  #refusal: StoreError | undefined;
  #drained: (() => void) | undefined;

  /** @param late told when deadlines have passed: when the first of those calls was sent */
  constructor(clock: Clock, bounds: CallBounds, late: (sentMs: number) => void) {
    this.#clock = clock;
    this.#bounds = bounds;
    this.#late = late;
  }

  /** Takes the call in and lets `send` send it. Rejects with `busy` or as `refuse` says without sending it. */
  add(deadlineMs: number, weight: number, send: (settle: Settle) => void): Promise<unknown> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    const { calls, weight: mostWeight } = this.#bounds;
    if (this.#calls.size >= calls || (this.#calls.size > 0 && this.#weight + weight > mostWeight)) {
      const message = `${this.#calls.size} calls with ${this.#weight} characters wait for Redis`;
      return Promise.reject(new StoreError("busy", message, { retryable: true }));
    }
    return new Promise((resolve, reject) => {
      const call: Call = { sentMs: this.#clock.monotonicMs(), deadlineMs, weight, waiting: { resolve, reject } };
      this.#calls.add(call);
      this.#weight += weight;
      this.#waiting += 1;
      this.#watch(deadlineMs);
      send({
        resolve: (reply) => this.#remove(call)?.resolve(reply),
        reject: (error) => this.#remove(call)?.reject(error),
      });
    });
  }

  /** No call is taken in any more. */
  refuse(error: StoreError): void {
    this.#refusal ??= error;
  }

  /** Resolves when nobody waits for a call any more: after the last deadline at the latest. */
  async drained(): Promise<void> {
    if (this.#waiting === 0) return;
    await new Promise<void>((resolve) => (this.#drained = resolve));
  }

  #remove(call: Call): Settle | undefined {
    if (!this.#calls.delete(call)) return undefined;
    this.#weight -= call.weight;
    return this.#end(call);
  }

  #end(call: Call): Settle | undefined {
    const { waiting } = call;
    if (waiting === undefined) return undefined;
    call.waiting = undefined;
    this.#waiting -= 1;
    if (this.#waiting === 0) {
      this.#timer?.timer.cancel();
      this.#timer = undefined;
      this.#drained?.();
    }
    return waiting;
  }

  /** Sees to it that the timer goes off by then. */
  #watch(deadlineMs: number): void {
    if (this.#timer !== undefined) {
      if (this.#timer.dueMs <= deadlineMs) return;
      this.#timer.timer.cancel();
    }
    const timer = this.#clock.after(deadlineMs - this.#clock.monotonicMs(), () => this.#expire());
    this.#timer = { dueMs: deadlineMs, timer };
  }

  #expire(): void {
    this.#timer = undefined;
    const now = this.#clock.monotonicMs();
    const waiting = [...this.#calls].filter((call) => call.waiting !== undefined);
    const late = waiting.filter(({ deadlineMs }) => deadlineMs <= now);
    const next = Math.min(...waiting.filter(({ deadlineMs }) => deadlineMs > now).map(({ deadlineMs }) => deadlineMs));
    if (Number.isFinite(next)) this.#watch(next);
    for (const call of late) this.#end(call)?.reject(this.#tooLate());
    if (late.length > 0) this.#late(Math.min(...late.map(({ sentMs }) => sentMs)));
  }

  #tooLate(): StoreError {
    const message = `no answer from Redis within ${this.#bounds.timeoutMs} ms: whether the call was made is unknown, repeat it with the same ids`;
    return new StoreError("deadline", message, { retryable: true });
  }
}
