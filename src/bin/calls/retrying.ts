import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { ClientError } from "../../client/index.ts";

export interface RetrySetup {
  readonly clock: Clock;
  readonly random: Random;
  /** How long all calls may fail before the next failure is final. */
  readonly longestSilenceMs: number;
  /** Told of the first failure after a success, at most every few seconds. */
  readonly onSilence: (error: ClientError) => void;
}

const firstPauseMs = 100;
const longestPauseMs = 5_000;
const sayEveryMs = 5_000;
/** What a node says that dies, drains or has too much to do. */
const passing: ReadonlySet<ClientError["code"]> = new Set([
  "unavailable",
  "resource-exhausted",
  "deadline",
  "cancelled",
  "internal",
]);

/**
 * Makes calls again that a node could not take or whose answer was lost: only for calls that change nothing the second time. A node that
 * has never answered is not waited for.
 */
export class Retrying {
  readonly #setup: RetrySetup;
  #answered = false;
  #saidMs = -sayEveryMs;
  #failingSinceMs: number | undefined;

  constructor(setup: RetrySetup) {
    this.#setup = setup;
  }

  /** @throws the error of the last try, when it cannot pass, when there was silence for too long, or once the signal has aborted */
  async call<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    for (let tries = 0; ; tries += 1) {
      try {
        const result = await work();
        this.#answered = true;
        this.#failingSinceMs = undefined;
        return result;
      } catch (error) {
        if (!(error instanceof ClientError) || signal.aborted || !this.#mayPass(error)) throw error;
        if (!(await this.#pause(tries, error.retryAfterMs, signal))) throw error;
      }
    }
  }

  #mayPass(error: ClientError): boolean {
    if (!passing.has(error.code) || (error.code === "unavailable" && !this.#answered)) return false;
    const { clock, longestSilenceMs, onSilence } = this.#setup;
    const nowMs = clock.monotonicMs();
    if (this.#failingSinceMs === undefined && nowMs - this.#saidMs >= sayEveryMs) {
      this.#saidMs = nowMs;
      onSilence(error);
    }
    this.#failingSinceMs ??= nowMs;
    return nowMs - this.#failingSinceMs <= longestSilenceMs;
  }

  /** What the node asks for, else longer from try to try; each somewhat different, so that calls do not come back all at once. False: aborted. */
  #pause(tries: number, askedMs: number | undefined, signal: AbortSignal): Promise<boolean> {
    const { clock, random } = this.#setup;
    const pauseMs =
      Math.min(askedMs ?? firstPauseMs * 2 ** Math.min(tries, 10), longestPauseMs) * (1 + random.next() / 2);
    return new Promise((resolve) => {
      const end = (): void => {
        timer.cancel();
        signal.removeEventListener("abort", end);
        resolve(!signal.aborted);
      };
      const timer = clock.after(pauseMs, end);
      signal.addEventListener("abort", end, { once: true });
    });
  }
}
