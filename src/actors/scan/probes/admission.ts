import type { ScanSubtask } from "../work.ts";
import type { Admitted, TargetLimiter } from "./target-limiter.ts";

/**
 * The requests of one run, let through one after the other. A limit on concurrency counts a request until the next one is asked for or the
 * run ends: with such a limit the engine has to send one request at a time.
 */
export class Admission {
  readonly #limiter: TargetLimiter;
  readonly #subtask: ScanSubtask;
  readonly #signal: AbortSignal;
  #under: Admitted | undefined;

  constructor(limiter: TargetLimiter, subtask: ScanSubtask, signal: AbortSignal) {
    this.#limiter = limiter;
    this.#subtask = subtask;
    this.#signal = signal;
  }

  /** Resolves when the next request may be sent. */
  readonly admit = async (): Promise<void> => {
    await this.end();
    const { target, options } = this.#subtask;
    this.#under = await this.#limiter.take(target, options, this.#signal);
  };

  /** The latest request has ended. */
  async end(): Promise<void> {
    const under = this.#under;
    this.#under = undefined;
    await under?.release();
  }
}
