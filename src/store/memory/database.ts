import type { Clock, Timer } from "../../base/clock.ts";
import { StoreError } from "../errors.ts";
import { execute, type CommandName, type Commands } from "../model/commands.ts";
import { ask, type Queries, type QueryName } from "../model/queries.ts";
import type { Retention } from "../model/unit.ts";
import { OrderedMap } from "./ordered-map.ts";

/** Callers of `changed` at the same time; more are refused as `busy`. */
const mostWaiters = 10_000;

interface Waiter {
  readonly space: string;
  readonly seen: number;
  readonly tell: (revision: number) => void;
}

/**
 * What every handle of a memory store shares, as processes of one machine share a directory. It lives as long as the
 * object does.
 */
export class MemoryDatabase {
  readonly clock: Clock;
  readonly #map = new OrderedMap();
  readonly #retention: Retention;
  /** Store time minus the monotonic clock. */
  readonly #offsetMs: number;
  readonly #waiters = new Set<Waiter>();

  constructor(clock: Clock, retention: Retention) {
    this.clock = clock;
    this.#retention = retention;
    this.#offsetMs = clock.wallMs() - clock.monotonicMs();
  }

  execute<Name extends CommandName>(
    space: string,
    name: Name,
    input: Commands[Name]["input"],
  ): Commands[Name]["output"] {
    const execution = { space, nowMs: this.#nowMs(), retention: this.#retention };
    const { output, revision } = execute(this.#map, execution, name, input);
    if (revision !== undefined) this.#wake(space, revision);
    return output;
  }

  ask<Name extends QueryName>(space: string, name: Name, input: Queries[Name]["input"]): Queries[Name]["output"] {
    return ask(this.#map, { space, nowMs: this.#nowMs() }, name, input);
  }

  toHolderMs(storeMs: number): number {
    return storeMs - this.#offsetMs;
  }

  changed(space: string, seen: number, timeoutMs: number, signal: AbortSignal): Promise<number> {
    const revision = this.ask(space, "revision", undefined);
    if (revision > seen || timeoutMs === 0) return Promise.resolve(revision);
    if (this.#waiters.size >= mostWaiters) {
      return Promise.reject(
        new StoreError("busy", `${mostWaiters} calls of changed() are waiting`, { retryable: true }),
      );
    }
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#waiters.delete(waiter);
        timer.cancel();
        signal.removeEventListener("abort", abort);
      };
      const tell = (latest: number): void => {
        end();
        resolve(latest);
      };
      const abort = (): void => {
        end();
        reject(new StoreError("closed", "the store was closed"));
      };
      const waiter: Waiter = { space, seen, tell };
      const timer: Timer = this.clock.after(timeoutMs, () => tell(this.ask(space, "revision", undefined)));
      this.#waiters.add(waiter);
      signal.addEventListener("abort", abort);
    });
  }

  #nowMs(): number {
    return this.clock.monotonicMs() + this.#offsetMs;
  }

  #wake(space: string, revision: number): void {
    for (const waiter of this.#waiters) {
      if (waiter.space === space && revision > waiter.seen) waiter.tell(revision);
    }
  }
}
