import { dispatch, spawn, start, stop, type Ref } from "nact";
import type { Clock } from "../../base/clock.ts";
import { noTracing, type Tracing } from "../../base/tracing.ts";
import type { Dispatcher, DispatcherName, Runnable } from "./dispatcher.ts";
import { Ring } from "../mail/ring.ts";

/** How long one turn may keep the event loop from timers and I/O. */
const turnMs = 5;
/** Messages between two looks at the clock: fewer when handlers turn out to be slow. */
const mostPerLook = 64;
const slowLookMs = 0.5;
const quickLookMs = 0.1;
/** How often a turn lets promises settle before it ends, so that a chain of asks and answers stays within one turn. */
const lingerRounds = 4;

const settled = Promise.resolve();

type RunToken = "run";

/**
 * Production dispatchers: one nact actor each. nact executes turns and nothing else. Its only message is a run token; one turn drains
 * the queue of ready cells until that is empty or its time is up, then asks nact for another turn.
 */
class NactDispatcher implements Dispatcher {
  readonly #ready = new Ring<Runnable>();
  readonly #clock: Clock;
  readonly #actor: Ref<RunToken>;
  readonly #fatal: (error: Error) => void;
  #open = true;
  /** A token is under way or a turn runs. */
  #turning = false;
  #perLook = mostPerLook;

  constructor(
    parent: Ref<unknown>,
    name: DispatcherName,
    clock: Clock,
    fatal: (error: Error) => void,
    tracing: Tracing,
  ) {
    this.#clock = clock;
    this.#fatal = fatal;
    // Whoever asked for the turn may have done so within a trace, which is not that of the messages of the turn.
    this.#actor = spawn(parent, () => tracing.run(undefined, () => this.#turn()), name, {
      onCrash: (_token, _error, context) => context.resume,
    });
  }

  schedule(runnable: Runnable): void {
    if (!this.#open) return;
    this.#ready.push(runnable);
    if (this.#turning) return;
    this.#turning = true;
    dispatch(this.#actor, "run");
  }

  close(): void {
    this.#open = false;
  }

  async #turn(): Promise<void> {
    const untilMs = this.#clock.monotonicMs() + turnMs;
    let inTime = this.#drain(untilMs);
    for (let round = 0; inTime && round < lingerRounds; round += 1) {
      await settled;
      if (this.#ready.size === 0) continue;
      inTime = this.#drain(untilMs);
      round = -1;
    }
    this.#turning = this.#open && this.#ready.size > 0;
    if (this.#turning) dispatch(this.#actor, "run");
  }

  /** Runs ready cells. False when the time is up. */
  #drain(untilMs: number): boolean {
    const ready = this.#ready;
    let lookedMs = this.#clock.monotonicMs();
    if (lookedMs >= untilMs) return false;
    let left = this.#perLook;
    while (ready.size > 0 && this.#open) {
      const runnable = ready.shift();
      try {
        left -= Math.max(1, runnable.run(left));
      } catch (error) {
        runnable.again = false;
        this.#fatal(error as Error);
      }
      if (runnable.again) ready.push(runnable);
      else runnable.scheduled = false;
      if (left > 0) continue;
      const nowMs = this.#clock.monotonicMs();
      if (nowMs - lookedMs > slowLookMs) this.#perLook = Math.max(1, this.#perLook >> 1);
      else if (nowMs - lookedMs < quickLookMs) this.#perLook = Math.min(mostPerLook, this.#perLook << 1);
      if (nowMs >= untilMs) return false;
      lookedMs = nowMs;
      left = this.#perLook;
    }
    return true;
  }
}

export interface NactDispatchers extends Readonly<Record<DispatcherName, Dispatcher>> {
  close(): void;
}

/** @param fatal told of an error that escaped from a cell, which is a defect of the kernel */
export const nactDispatchers = (
  clock: Clock,
  fatal: (error: Error) => void,
  tracing: Tracing = noTracing,
): NactDispatchers => {
  const system = start();
  const dispatchers = {
    default: new NactDispatcher(system, "default", clock, fatal, tracing),
    system: new NactDispatcher(system, "system", clock, fatal, tracing),
  };
  return {
    ...dispatchers,
    close: () => {
      dispatchers.default.close();
      dispatchers.system.close();
      stop(system);
    },
  };
};
