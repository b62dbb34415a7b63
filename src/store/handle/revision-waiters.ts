import type { Clock } from "../../base/clock.ts";
import { StoreError } from "../errors.ts";

/** Callers of `changed` at the same time; more are refused as `busy`. */
const mostWaiters = 10_000;

/** What has to run only while someone waits for a space. */
export interface Watching {
  start(space: string, above: number): void;
  stop(space: string): void;
}

interface Waiter {
  readonly seen: number;
  readonly resolve: (revision: number) => void;
  readonly reject: (error: StoreError) => void;
}

interface Waiting {
  /** What is watched for: a revision above this. */
  above: number;
  readonly callers: Set<Waiter>;
}

/** The callers of `changed` of one open store, and the highest revision known of each space. */
export class RevisionWaiters {
  readonly #clock: Clock;
  readonly #watching: Watching | undefined;
  readonly #latest = new Map<string, number>();
  readonly #waiters = new Map<string, Waiting>();
  #end: StoreError | undefined;
  #count = 0;

  constructor(clock: Clock, watching?: Watching) {
    this.#clock = clock;
    this.#watching = watching;
  }

  /** A revision that the space has reached. */
  tell(space: string, revision: number): void {
    if (revision <= (this.#latest.get(space) ?? -1)) return;
    this.#latest.set(space, revision);
    for (const waiter of this.#waiters.get(space)?.callers ?? []) {
      if (revision > waiter.seen) waiter.resolve(revision);
    }
  }

  wait(space: string, seen: number, timeoutMs: number): Promise<number> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const latest = this.#latest.get(space) ?? seen;
    if (latest > seen || timeoutMs === 0) return Promise.resolve(latest);
    if (this.#count >= mostWaiters) {
      const message = `${mostWaiters} calls of changed() are waiting`;
      return Promise.reject(new StoreError("busy", message, { retryable: true }));
    }
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(timeoutMs, () => waiter.resolve(this.#latest.get(space) ?? seen));
      const end = (): void => {
        timer.cancel();
        this.#remove(space, waiter);
      };
      const waiter: Waiter = {
        seen,
        resolve: (revision) => {
          end();
          resolve(revision);
        },
        reject: (error) => {
          end();
          reject(error);
        },
      };
      this.#put(space, waiter);
    });
  }

  /** Ends every wait, and each later one, with the first `error`. */
  close(error: StoreError): void {
    this.#end ??= error;
    for (const { callers } of this.#waiters.values()) {
      for (const waiter of callers) waiter.reject(this.#end);
    }
  }

  #put(space: string, waiter: Waiter): void {
    this.#count += 1;
    const waiting = this.#waiters.get(space) ?? { above: Infinity, callers: new Set() };
    this.#waiters.set(space, waiting);
    waiting.callers.add(waiter);
    // Who has seen less may be told at once of what the others have seen.
    if (waiter.seen >= waiting.above) return;
    waiting.above = waiter.seen;
    this.#watching?.start(space, waiter.seen);
  }

  #remove(space: string, waiter: Waiter): void {
    const waiting = this.#waiters.get(space);
    if (waiting?.callers.delete(waiter) !== true) return;
    this.#count -= 1;
    if (waiting.callers.size > 0) return;
    this.#waiters.delete(space);
    this.#watching?.stop(space);
  }
}
